"""Addresses of de minimis aid."""

from django.urls import URLPattern, path

from croisee.incubation.views import aids as views

urlpatterns: list[URLPattern] = [
    path("aides/", views.aids, name="aids"),
    path("aides/entreprise/<uuid:pk>/", views.company_aids, name="company_aids"),
    path("aides/entreprise/<uuid:pk>/declarer/", views.declare_aid, name="declare_aid"),
    path("aides/entreprise/<uuid:pk>/attestation.pdf", views.aid_declaration, name="aid_declaration"),
    path("aides/<uuid:pk>/retirer/", views.remove_aid, name="remove_aid"),
]
