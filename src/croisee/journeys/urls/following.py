"""Addresses of one journey: objectives, steps, exchanges, appointments, exit."""

from django.urls import URLPattern, path

from croisee.journeys.views.following import appointments, editing, own, page

urlpatterns: list[URLPattern] = [
    path("<uuid:pk>/", page.journey, name="journey"),
    path("<uuid:pk>/document/", own.journey_document, name="journey_document"),
    path("<uuid:pk>/etat/", editing.move_journey, name="move_journey"),
    path("<uuid:pk>/fin/", editing.end_journey, name="end_journey"),
    path("<uuid:pk>/projet/", editing.edit_project, name="edit_project"),
    path("<uuid:pk>/personne/", editing.edit_person, name="edit_person"),
    path("<uuid:pk>/inviter/", editing.invite, name="invite"),
    path("<uuid:pk>/objectifs/nouveau/", page.new_objective, name="new_objective"),
    path("<uuid:pk>/etapes/nouvelle/", page.new_step, name="new_step"),
    path("<uuid:pk>/echanges/nouveau/", page.new_exchange, name="new_exchange"),
    path("<uuid:pk>/echanges/", editing.exchanges_of, name="exchanges"),
    path("<uuid:pk>/rendez-vous/nouveau/", page.new_appointment, name="new_appointment"),
    path("objectifs/<uuid:pk>/modifier/", editing.edit_objective, name="edit_objective"),
    path("objectifs/<uuid:pk>/etat/", editing.move_objective, name="move_objective"),
    path("etapes/<uuid:pk>/modifier/", editing.edit_step, name="edit_step"),
    path("etapes/<uuid:pk>/etat/", editing.move_step, name="move_step"),
    path("etapes/<uuid:pk>/fin/", editing.end_step, name="end_step"),
    path("etapes/actions/", editing.suggest_actions, name="suggest_actions"),
    path("echanges/<uuid:pk>/modifier/", editing.edit_exchange, name="edit_exchange"),
    path("echanges/<uuid:pk>/supprimer/", editing.delete_exchange, name="delete_exchange"),
    path("rendez-vous/", appointments.appointments, name="appointments"),
    path("rendez-vous/agenda.ics", appointments.appointments_file, name="appointments_file"),
    path("rendez-vous/<uuid:pk>.ics", appointments.appointment_file, name="appointment_file"),
    path("rendez-vous/<uuid:pk>/modifier/", appointments.edit_appointment, name="edit_appointment"),
    path("rendez-vous/<uuid:pk>/etat/", appointments.move_appointment, name="move_appointment"),
    path("mon-parcours/", own.my_journey, name="my_journey"),
    path("mon-parcours/<uuid:pk>/", own.own_journey, name="own_journey"),
    path("mon-parcours/<uuid:pk>/corriger/", own.ask_correction, name="ask_correction"),
    path("corrections/", own.corrections_asked, name="corrections"),
    path("corrections/<uuid:pk>/", own.answer_correction, name="answer_correction"),
]
