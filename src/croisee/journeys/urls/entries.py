"""Programmes, requests for entry, committees."""

from django.urls import path

from croisee.journeys.views.entries import committees, programmes, requests

urlpatterns = [
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/nouveau/", programmes.new_programme, name="new_programme"),
    path("programmes/<uuid:pk>/", programmes.programme, name="programme"),
    path("programmes/<uuid:pk>/modifier/", programmes.edit_programme, name="edit_programme"),
    path("programmes/<uuid:pk>/comites/nouveau/", committees.new_committee, name="new_committee"),
    path("comites/<uuid:pk>/", committees.committee, name="committee"),
    path("comites/<uuid:pk>/modifier/", committees.edit_committee, name="edit_committee"),
    path("comites/<uuid:pk>/inscrire/", committees.set_agenda, name="set_agenda"),
    path("comites/<uuid:pk>/decider/", committees.decide_committee, name="decide_committee"),
    path("comites/<uuid:pk>/annuler/", committees.cancel_committee, name="cancel_committee"),
    path("comites/<uuid:pk>/ordre-du-jour/", committees.agenda, name="agenda"),
    path("comites/<uuid:pk>/proces-verbal/", committees.minutes_of, name="minutes"),
    path("demandes/", requests.requests, name="requests"),
    path("demandes/nouvelle/", requests.new_request, name="new_request"),
    path("demandes/<uuid:pk>/", requests.request_for_entry, name="request"),
    path("demandes/<uuid:pk>/modifier/", requests.edit_request, name="edit_request"),
    path("demandes/<uuid:pk>/retirer/", requests.withdraw_request, name="withdraw_request"),
    path("demandes/<uuid:pk>/decider/", requests.decide_request, name="decide_request"),
]
