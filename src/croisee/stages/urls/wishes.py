"""Wishes, places, answers: for pupils and families."""

from django.urls import path

from croisee.foundation.soon import soon

urlpatterns = [
    path("mon-stage/<uuid:pk>/", soon, name="my_internship"),
    path("mon-stage/<uuid:pk>/chercher/", soon, name="browse"),
    path("mon-stage/<uuid:pk>/carte.geojson", soon, name="browse_map"),
    path("mon-stage/<uuid:pk>/voeux/", soon, name="wishes"),
    path("mon-stage/<uuid:pk>/voeux/ajouter/", soon, name="add_wish"),
    path("mon-stage/<uuid:pk>/voeux/retirer/", soon, name="remove_wish"),
    path("mon-stage/<uuid:pk>/voeux/ordre/", soon, name="order_wishes"),
    path("mon-stage/<uuid:pk>/offres/<uuid:period>/", soon, name="open_offer"),
    path("mon-stage/<uuid:pk>/reponse/", soon, name="answer_place"),
    path("mon-stage/<uuid:pk>/reste/", soon, name="whats_left"),
    path("mon-stage/<uuid:pk>/reste/prendre/", soon, name="take_left"),
]
