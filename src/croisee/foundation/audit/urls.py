"""Addresses of the journal."""

from django.urls import path

from croisee.foundation.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.changes, name="changes"),
    path("acces/", views.accesses, name="accesses"),
    path("<str:label>/<int:event_id>/", views.change, name="change"),
]
