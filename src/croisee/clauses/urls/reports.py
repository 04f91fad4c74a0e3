"""The addresses of the yearly report."""

from django.urls import path

from croisee.clauses.views import reports as views

urlpatterns = [
    path("rapport/", views.yearly, name="report"),
    path("rapport/<uuid:pk>.<str:kind>", views.prepared, name="prepared_report"),
]
