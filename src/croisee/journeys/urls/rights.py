"""Addresses of crossings, access, who read what."""

from django.urls import URLPattern, path

from croisee.journeys.views import access, crossings

urlpatterns: list[URLPattern] = [
    path("mes-accords/", crossings.my_crossings, name="my_crossings"),
    path("mes-accords/<uuid:pk>/", crossings.set_crossing, name="set_crossing"),
    path("suivi/<uuid:pk>/accords/", crossings.crossings, name="crossings"),
    path("suivi/<uuid:pk>/accords/noter/", crossings.record_crossing, name="record_crossing"),
    path("suivi/<uuid:pk>/accords/retirer/", crossings.withdraw_crossing, name="withdraw_crossing"),
    path("rechercher/", access.find_person, name="find_person"),
    path("acces/", access.access, name="access"),
    path("acces/demander/", access.ask_access, name="ask_access"),
    path("acces/<uuid:pk>/", access.access_request, name="access_request"),
    path("acces/<uuid:pk>/terminer/", access.end_access, name="end_access"),
]
