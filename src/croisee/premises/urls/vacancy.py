"""Addresses of what is vacant, what was not found."""

from django.urls import path

from croisee.premises.views import vacancy

urlpatterns = [
    path("vacance/", vacancy.vacancy, name="vacancy"),
    path("vacance/imprimer/", vacancy.vacancy_paper, name="vacancy_paper"),
]
