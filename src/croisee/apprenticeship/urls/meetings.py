"""Addresses of forums and job datings."""

from django.urls import path

from croisee.apprenticeship.views import bookings, meetings, stands

urlpatterns = [
    path("rencontres/", meetings.meetings, name="meetings"),
    path("rencontres/nouvelle/", meetings.new_meeting, name="new_meeting"),
    path("rencontres/<uuid:pk>/", meetings.meeting, name="meeting"),
    path("rencontres/<uuid:pk>/agenda.ics", meetings.meeting_file, name="meeting_file"),
    path("rencontres/<uuid:pk>/modifier/", meetings.edit_meeting, name="edit_meeting"),
    path("rencontres/<uuid:pk>/etat/", meetings.move_meeting, name="move_meeting"),
    path("rencontres/<uuid:pk>/presence/", meetings.presence, name="presence"),
    path("rencontres/<uuid:pk>/planning/", meetings.planning, name="planning"),
    path("rencontres/<uuid:pk>/inscrire/", bookings.register, name="register"),
    path("rencontres/<uuid:pk>/stands/nouveau/", stands.new_stand, name="new_stand"),
    path("stands/<uuid:pk>/", stands.stand, name="stand"),
    path("stands/<uuid:pk>/modifier/", stands.edit_stand, name="edit_stand"),
    path("stands/<uuid:pk>/confirmer/", stands.confirm_stand, name="confirm_stand"),
    path("stands/<uuid:pk>/retirer/", stands.withdraw_stand, name="withdraw_stand"),
    path("stands/<uuid:pk>/reserver/", bookings.book, name="book"),
    path("reservations/", bookings.my_bookings, name="my_bookings"),
    path("reservations/<uuid:pk>/annuler/", bookings.cancel_booking, name="cancel_booking"),
    path("reservations/<uuid:pk>/resultat/", bookings.note_booking, name="note_booking"),
]
