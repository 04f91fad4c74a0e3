"""Addresses of figures with dates. A key may hold a slash: "2014/3"."""

from django.urls import path

from croisee.incubation.views import figures

urlpatterns = [
    path("chiffres/", figures.figures, name="figures"),
    path("chiffres/valeur/<uuid:pk>/retirer/", figures.withdraw, name="withdraw_figure"),
    path("chiffres/valeur/<uuid:pk>/confirmer/", figures.confirm, name="confirm_figure"),
    path("chiffres/<str:figure>/", figures.figure, name="figure"),
    path("chiffres/<str:figure>/<path:key>/", figures.figure, name="figure_of"),
]
