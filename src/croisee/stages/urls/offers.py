"""Internship offers, for employers."""

from django.urls import path

from croisee.stages.views import hosts, offers

urlpatterns = [
    path("proposer/", hosts.offer_begin, name="offer_begin"),
    path("proposer/<str:token>/", hosts.offer_link, name="offer_link"),
    path("offres/", offers.my_offers, name="my_internship_offers"),
    path("offres/nouvelle/", offers.new_offer, name="new_offer"),
    path("offres/accueil/", hosts.hosting, name="hosting"),
    path("offres/<uuid:pk>/", offers.offer, name="offer"),
    path("offres/<uuid:pk>/modifier/", offers.edit_offer, name="edit_offer"),
    path("offres/<uuid:pk>/dupliquer/", offers.duplicate_offer, name="duplicate_offer"),
    path("offres/<uuid:pk>/etat/", offers.move_offer, name="move_offer"),
    path("offres/<uuid:pk>/eleves/", hosts.hosted_pupils, name="hosted_pupils"),
]
