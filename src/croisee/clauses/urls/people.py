"""Participants, their eligibility, needs, candidates, contracts, the monitor."""

from django.urls import path

from croisee.clauses.views import assignments, eligibility, monitor, needs, participants

urlpatterns = [
    path("participants/", participants.participants, name="participants"),
    path("participants/nouveau/", participants.new_participant, name="new_participant"),
    path("participants/<uuid:pk>/", participants.participant, name="participant"),
    path("participants/<uuid:pk>/modifier/", participants.edit_participant, name="edit_participant"),
    path("participants/<uuid:pk>/recherche/", participants.set_looking, name="set_looking"),
    path("participants/<uuid:pk>/inviter/", participants.invite_participant, name="invite_participant"),
    path("participants/<uuid:pk>/effacer/", participants.erase_participant, name="erase_participant"),
    path("participants/<uuid:pk>/criteres/nouveau/", eligibility.new_eligibility, name="new_eligibility"),
    path("participants/<uuid:pk>/contrats/nouveau/", assignments.new_contract, name="new_contract"),
    path("criteres/<uuid:pk>/", eligibility.edit_eligibility, name="edit_eligibility"),
    path("criteres/<uuid:pk>/decider/", eligibility.decide_eligibility, name="decide_eligibility"),
    path("criteres/<uuid:pk>/justificatif/", eligibility.eligibility_proof, name="eligibility_proof"),
    path("besoins/", needs.needs, name="needs"),
    path("besoins/nouveau/", needs.new_need, name="new_need"),
    path("besoins/<uuid:pk>/", needs.need, name="need"),
    path("besoins/<uuid:pk>/modifier/", needs.edit_need, name="edit_need"),
    path("besoins/<uuid:pk>/etat/", needs.move_need, name="move_need"),
    path("besoins/<uuid:pk>/proposer/", needs.propose, name="propose"),
    path("affectations/", assignments.assignments, name="assignments"),
    path("affectations/<uuid:pk>/", assignments.assignment, name="assignment"),
    path("affectations/<uuid:pk>/embaucher/", assignments.hire, name="hire"),
    path("affectations/<uuid:pk>/decliner/", assignments.decline, name="decline"),
    path("affectations/<uuid:pk>/modifier/", assignments.edit_assignment, name="edit_assignment"),
    path("affectations/<uuid:pk>/fin/", assignments.end_assignment, name="end_assignment"),
    path("affectations/<uuid:pk>/etat/", assignments.move_assignment, name="move_assignment"),
    path("affectations/<uuid:pk>/apres/", assignments.after, name="after"),
    path("publics/", monitor.monitor, name="monitor"),
    path("mes-heures/", participants.my_hours, name="my_hours"),
]
