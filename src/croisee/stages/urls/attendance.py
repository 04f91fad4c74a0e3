"""During the internship and after; the calendar."""

from django.urls import path

from croisee.stages.views import attendance, calendar_feed

urlpatterns = [
    path("presences/", attendance.attendances, name="attendances"),
    path("conventions/<uuid:pk>/presence/", attendance.attendance, name="attendance"),
    path("conventions/<uuid:pk>/bilan/<str:side>/", attendance.review, name="review"),
    path("conventions/<uuid:pk>/attestation/", attendance.attestation, name="attestation"),
    path("bilans/", attendance.host_reviews, name="host_reviews"),
    path("calendrier.ics", calendar_feed.calendar, name="calendar"),
    path("calendrier/", calendar_feed.calendar_page, name="calendar_page"),
    path("calendrier/<str:token>.ics", calendar_feed.calendar_feed, name="calendar_feed"),
]
