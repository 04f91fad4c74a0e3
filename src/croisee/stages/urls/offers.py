"""Internship offers, for employers."""

from django.urls import path

from croisee.foundation.soon import soon

urlpatterns = [
    path("proposer/", soon, name="offer_begin"),
    path("offres/", soon, name="my_internship_offers"),
    path("offres/nouvelle/", soon, name="new_offer"),
    path("offres/<uuid:pk>/", soon, name="offer"),
    path("offres/<uuid:pk>/modifier/", soon, name="edit_offer"),
    path("offres/<uuid:pk>/dupliquer/", soon, name="duplicate_offer"),
    path("offres/<uuid:pk>/etat/", soon, name="move_offer"),
    path("offres/<uuid:pk>/eleves/", soon, name="hosted_pupils"),
]
