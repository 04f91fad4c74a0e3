"""The rounds of internships, on screen."""

from django.urls import path

from croisee.stages.views import manage, people, result

urlpatterns = [
    path("", result.rounds, name="rounds"),
    path("nouveau/", manage.new_round, name="new"),
    path("mes-stages/", people.my_internships, name="my_internships"),
    path("mes-offres/", people.my_offers, name="my_offers"),
    path("eleves/<uuid:pk>/", people.pupil, name="pupil"),
    path("eleves/<uuid:pk>/famille/", people.invite_family, name="invite_family"),
    path("familles/<uuid:pk>/retirer/", people.remove_family, name="remove_family"),
    path("<uuid:pk>/", result.overview, name="round"),
    path("<uuid:pk>/calcul/", manage.compute, name="compute"),
    path("<uuid:pk>/etat/", manage.change_state, name="change_state"),
    path("<uuid:pk>/eleves/", result.pupils, name="pupils"),
    path("<uuid:pk>/offres/", result.offers, name="offers"),
    path("<uuid:pk>/colleges/", result.schools, name="schools"),
    path("<uuid:pk>/equite/", result.fairness, name="fairness"),
    path("<uuid:pk>/certificat.json", result.certificate, name="certificate"),
    path("<uuid:pk>/offres.geojson", result.offers_map, name="offers_map"),
]
