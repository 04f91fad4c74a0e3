"""Campaigns, for their managers; the rules, for everyone."""

from django.urls import path

from croisee.stages.views import campaigns as views

urlpatterns = [
    path("campagnes/", views.campaigns, name="campaigns"),
    path("campagnes/nouvelle/", views.new_campaign, name="new_campaign"),
    path("campagnes/<uuid:pk>/", views.campaign, name="campaign"),
    path("campagnes/<uuid:pk>/modifier/", views.edit_campaign, name="edit_campaign"),
    path("campagnes/<uuid:pk>/etat/", views.move_campaign, name="move_campaign"),
    path("campagnes/<uuid:pk>/regles/", views.rules, name="campaign_rules"),
    path("campagnes/<uuid:pk>/offre-et-demande/", views.balance, name="balance"),
    path("campagnes/<uuid:pk>/tour/<int:turn>/", views.start_round, name="start_round"),
    path("campagnes/<uuid:pk>/candidatures/", views.applications, name="campaign_applications"),
    path("campagnes/<uuid:pk>/offres/", views.offers, name="campaign_offers"),
]
