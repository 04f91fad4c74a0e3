"""Searching, saving searches, reporting, moderating."""

from django.urls import path

from croisee.foundation.soon import soon

app_name = "opportunities"
urlpatterns = [
    path("", soon, name="search"),
    path("carte.geojson", soon, name="search_map"),
    path("<uuid:pk>/", soon, name="opportunity"),
    path("<uuid:pk>/signaler/", soon, name="report"),
    path("recherches/", soon, name="saved_searches"),
    path("recherches/enregistrer/", soon, name="save_search"),
    path("recherches/<uuid:pk>/", soon, name="saved_search"),
    path("moderation/", soon, name="moderation"),
    path("moderation/<uuid:pk>/", soon, name="moderate"),
    path("signalements/<uuid:pk>/", soon, name="settle_report"),
]
