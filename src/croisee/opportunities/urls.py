"""Searching, saving searches, reporting, moderating."""

from django.urls import path

from croisee.opportunities.views import moderation, saved, search

app_name = "opportunities"
urlpatterns = [
    path("", search.search, name="search"),
    path("carte.geojson", search.search_map, name="search_map"),
    path("<uuid:pk>/", search.opportunity, name="opportunity"),
    path("<uuid:pk>/signaler/", moderation.report, name="report"),
    path("recherches/", saved.saved_searches, name="saved_searches"),
    path("recherches/enregistrer/", saved.save_search, name="save_search"),
    path("recherches/<uuid:pk>/", saved.saved_search, name="saved_search"),
    path("moderation/", moderation.queue, name="moderation"),
    path("moderation/<uuid:pk>/", moderation.moderate, name="moderate"),
    path("signalements/<uuid:pk>/", moderation.settle_report, name="settle_report"),
]
