"""Addresses of who follows whom, alerts, load, handover, openings suggested."""

from django.urls import URLPattern, path

from croisee.journeys.views import caseload, handover, suggestions

urlpatterns: list[URLPattern] = [
    path("suivis/", caseload.caseload, name="caseload"),
    path("suivis/passation/", handover.handover, name="handover"),
    path("suivis/charge/<uuid:pk>/", caseload.load, name="load"),
    path("mes-propositions/", suggestions.my_openings, name="my_openings"),
    path("<uuid:pk>/propositions/", suggestions.suggestions, name="suggestions"),
    path("<uuid:pk>/propositions/retenir/", suggestions.take_up, name="take_up"),
    path("<uuid:pk>/propositions/ecarter/", suggestions.set_aside, name="set_aside"),
    path("propositions/<uuid:pk>/reprendre/", suggestions.suggest_again, name="suggest_again"),
]
