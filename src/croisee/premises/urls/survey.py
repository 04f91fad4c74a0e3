"""Addresses of the walk with a telephone. What the telephone asks for stands under `terrain/`, the worker's reach."""

from django.urls import path

from croisee.premises.views import survey

urlpatterns = [
    path("terrain/", survey.survey, name="survey"),
    path("terrain/hors-reseau.js", survey.survey_worker, name="survey_worker"),
    path("terrain/jeton/", survey.survey_token, name="survey_token"),
    path("terrain/envoi/", survey.sync_sighting, name="sync_sighting"),
    path("terrain/photo/", survey.sync_photo, name="sync_photo"),
    path("reperages/", survey.sightings, name="sightings"),
    path("reperages/<uuid:pk>/", survey.sighting, name="sighting"),
    path("reperages/<uuid:pk>/local/", survey.keep_sighting, name="keep_sighting"),
    path("reperages/<uuid:pk>/etat/", survey.move_sighting, name="move_sighting"),
    path("reperages/photos/<uuid:pk>/", survey.sighting_photo, name="sighting_photo"),
]
