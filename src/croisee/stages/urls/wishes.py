"""Wishes, places, answers: for pupils and families."""

from django.urls import path

from croisee.stages.views import places, wishes

urlpatterns = [
    path("mon-stage/<uuid:pk>/", wishes.my_internship, name="my_internship"),
    path("mon-stage/<uuid:pk>/chercher/", wishes.browse, name="browse"),
    path("mon-stage/<uuid:pk>/carte.geojson", wishes.browse_map, name="browse_map"),
    path("mon-stage/<uuid:pk>/voeux/", wishes.wishes, name="wishes"),
    path("mon-stage/<uuid:pk>/voeux/ajouter/", wishes.add_wish, name="add_wish"),
    path("mon-stage/<uuid:pk>/voeux/retirer/", wishes.remove_wish, name="remove_wish"),
    path("mon-stage/<uuid:pk>/voeux/ordre/", wishes.order_wishes, name="order_wishes"),
    path("mon-stage/<uuid:pk>/offres/<uuid:period>/", wishes.open_offer, name="open_offer"),
    path("mon-stage/<uuid:pk>/reponse/", places.answer_place, name="answer_place"),
    path("mon-stage/<uuid:pk>/reste/", places.whats_left, name="whats_left"),
    path("mon-stage/<uuid:pk>/reste/prendre/", places.take_left, name="take_left"),
]
