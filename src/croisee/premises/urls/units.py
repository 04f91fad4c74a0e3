"""Addresses of premises and plots."""

from django.urls import path

from croisee.premises.views import units

urlpatterns = [
    path("", units.units, name="units"),
    path("carte.geojson", units.units_map, name="units_map"),
    path("nouveau/", units.new_unit, name="new_unit"),
    path("<uuid:pk>/", units.unit, name="unit"),
    path("<uuid:pk>/modifier/", units.edit_unit, name="edit_unit"),
    path("<uuid:pk>/etat/", units.move_unit, name="move_unit"),
    path("<uuid:pk>/histoire/", units.unit_story, name="unit_story"),
    path("<uuid:pk>/fiche/", units.sheet, name="unit_sheet"),
    path("<uuid:pk>/images/nouvelle/", units.new_picture, name="new_picture"),
    path("images/<uuid:pk>/", units.picture, name="picture"),
    path("images/<uuid:pk>/retirer/", units.remove_picture, name="remove_picture"),
]
