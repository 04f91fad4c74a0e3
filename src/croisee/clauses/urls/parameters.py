"""Figures with dates."""

from django.urls import path

from croisee.clauses.views import parameters

urlpatterns = [
    path("chiffres/", parameters.parameters, name="parameters"),
    path("chiffres/<str:figure>/", parameters.parameter, name="parameter"),
    path("chiffres/<str:figure>/<str:key>/", parameters.parameter, name="parameter_of"),
    path("chiffres/valeur/<uuid:pk>/retirer/", parameters.withdraw, name="withdraw_parameter"),
    path("chiffres/valeur/<uuid:pk>/confirmer/", parameters.confirm, name="confirm_parameter"),
]
