"""Campaigns, for their managers; the rules, for everyone."""

from django.urls import path

from croisee.foundation.soon import soon

urlpatterns = [
    path("campagnes/", soon, name="campaigns"),
    path("campagnes/nouvelle/", soon, name="new_campaign"),
    path("campagnes/<uuid:pk>/", soon, name="campaign"),
    path("campagnes/<uuid:pk>/modifier/", soon, name="edit_campaign"),
    path("campagnes/<uuid:pk>/etat/", soon, name="move_campaign"),
    path("campagnes/<uuid:pk>/regles/", soon, name="campaign_rules"),
    path("campagnes/<uuid:pk>/offre-et-demande/", soon, name="balance"),
    path("campagnes/<uuid:pk>/tour/<int:turn>/", soon, name="start_round"),
    path("campagnes/<uuid:pk>/candidatures/", soon, name="campaign_applications"),
]
