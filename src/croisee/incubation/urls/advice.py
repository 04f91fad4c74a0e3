"""Addresses of experts, hours, appointments."""

from django.urls import path

from croisee.incubation.views import advice, experts

urlpatterns = [
    path("conseil/", advice.advice, name="advice"),
    path("conseil/mes-rendez-vous/", advice.my_advice, name="my_advice"),
    path("conseil/nos-rendez-vous/", advice.own_advice, name="own_advice"),
    path("conseil/experts/", experts.experts, name="experts"),
    path("conseil/experts/inviter/", experts.invite_expert, name="invite_expert"),
    path("conseil/experts/<uuid:pk>/", experts.expert, name="expert"),
    path("conseil/experts/<uuid:pk>/modifier/", experts.edit_expert, name="edit_expert"),
    path("conseil/experts/<uuid:pk>/terminer/", experts.end_expert, name="end_expert"),
    path("conseil/experts/<uuid:pk>/creneaux/", experts.expert_hours, name="expert_hours"),
    path("conseil/experts/<uuid:pk>/creneaux/poser/", experts.lay_hours, name="lay_hours"),
    path("conseil/experts/<uuid:pk>/creneaux/retirer/", experts.remove_hours, name="remove_hours"),
    path("conseil/creneaux/<uuid:pk>/reserver/", advice.book_advice, name="book_advice"),
    path("conseil/rendez-vous/<uuid:pk>/", advice.appointment, name="appointment"),
    path("conseil/rendez-vous/<uuid:pk>/agenda.ics", advice.advice_file, name="advice_file"),
    path("conseil/rendez-vous/<uuid:pk>/annuler/", advice.cancel_advice, name="cancel_advice"),
    path("conseil/rendez-vous/<uuid:pk>/deplacer/", advice.move_advice, name="move_advice"),
    path("conseil/rendez-vous/<uuid:pk>/presence/", advice.attend_advice, name="attend_advice"),
    path("conseil/rendez-vous/<uuid:pk>/compte-rendu/", advice.note_advice, name="note_advice"),
]
