"""Addresses of offers, applications, and of what is exchanged with La bonne alternance."""

from django.urls import path

from croisee.apprenticeship.views import applications, offers, partner

urlpatterns = [
    path("", offers.offers, name="offers"),
    path("mes-offres/", offers.my_offers, name="my_offers"),
    path("offres/nouvelle/", offers.new_offer, name="new_offer"),
    path("offres/<uuid:pk>/", offers.offer, name="offer"),
    path("offres/<uuid:pk>/modifier/", offers.edit_offer, name="edit_offer"),
    path("offres/<uuid:pk>/etat/", offers.move_offer, name="move_offer"),
    path("offres/<uuid:pk>/clore/", offers.close_offer, name="close_offer"),
    path("offres/<uuid:pk>/dupliquer/", offers.duplicate_offer, name="duplicate_offer"),
    path("offres/<uuid:pk>/candidater/", applications.apply, name="apply"),
    path("candidatures/", applications.applications, name="applications"),
    path("candidatures/<uuid:pk>/", applications.application, name="application"),
    path("candidatures/<uuid:pk>/repondre/", applications.answer, name="answer"),
    path("candidatures/<uuid:pk>/decider/", applications.decide, name="decide"),
    path("candidatures/<uuid:pk>/cv/", applications.cv, name="cv"),
    path("la-bonne-alternance/", partner.exchanges, name="exchanges"),
    path("la-bonne-alternance/echanger/", partner.exchange_now, name="exchange_now"),
    path("la-bonne-alternance/refus/<uuid:pk>/", partner.settle, name="settle"),
]
