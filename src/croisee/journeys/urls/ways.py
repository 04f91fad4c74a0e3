"""Addresses of the way across services."""

from django.urls import URLPattern, path

from croisee.journeys.views import ways

urlpatterns: list[URLPattern] = [
    path("chemins/", ways.flows, name="flows"),
    path("mon-chemin/", ways.my_way, name="my_way"),
    path("chemins/<uuid:pk>/", ways.way, name="way"),
]
