"""Exchange with the national platform."""

from django.urls import path

from croisee.foundation.soon import soon

urlpatterns = [
    path("plateforme-nationale/", soon, name="interchange"),
    path("plateforme-nationale/secteurs/", soon, name="partner_sectors"),
    path("plateforme-nationale/echanger/", soon, name="exchange"),
    path("plateforme-nationale/refus/<uuid:pk>/", soon, name="settle_rejection"),
]
