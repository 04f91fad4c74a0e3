"""During the internship and after; the calendar."""

from django.urls import path

from croisee.foundation.soon import soon

urlpatterns = [
    path("conventions/<uuid:pk>/presence/", soon, name="attendance"),
    path("conventions/<uuid:pk>/bilan/<str:side>/", soon, name="review"),
    path("conventions/<uuid:pk>/attestation.pdf", soon, name="attestation"),
    path("calendrier.ics", soon, name="calendar"),
    path("calendrier/", soon, name="calendar_page"),
]
