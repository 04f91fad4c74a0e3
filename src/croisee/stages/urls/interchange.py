"""Exchange with the national platform."""

from django.urls import path

from croisee.stages.views import interchange

urlpatterns = [
    path("plateforme-nationale/", interchange.interchange, name="interchange"),
    path("plateforme-nationale/secteurs/", interchange.partner_sectors, name="partner_sectors"),
    path("plateforme-nationale/echanger/", interchange.exchange, name="exchange"),
    path("plateforme-nationale/refus/<uuid:pk>/", interchange.settle_rejection, name="settle_rejection"),
]
