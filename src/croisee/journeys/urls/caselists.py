"""Addresses of the import of a caseload."""

from django.urls import URLPattern, path

from croisee.journeys.views import caselists as views

urlpatterns: list[URLPattern] = [
    path("programmes/<uuid:pk>/import/", views.import_caselist, name="import_caselist"),
    path("programmes/<uuid:pk>/import/modele.xlsx", views.model_file, name="caselist_model"),
]
