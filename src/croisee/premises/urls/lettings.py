"""Addresses of visits, options, lettings."""

from django.urls import path

from croisee.premises.views import lettings, visits

urlpatterns = [
    path("visites/", visits.visits, name="visits"),
    path("visites/<uuid:pk>/visite.ics", visits.visit_file, name="visit_file"),
    path("visites/<uuid:pk>/deplacer/", visits.edit_visit, name="edit_visit"),
    path("visites/<uuid:pk>/faite/", visits.finish_visit, name="finish_visit"),
    path("visites/<uuid:pk>/annuler/", visits.cancel_visit, name="cancel_visit"),
    path("propositions/<uuid:pk>/visite/", visits.new_visit, name="new_visit"),
    path("propositions/<uuid:pk>/option/", visits.new_option, name="new_option"),
    path("propositions/<uuid:pk>/louer/", lettings.let_to_demand, name="let_to_demand"),
    path("options/", visits.options, name="options"),
    path("options/<uuid:pk>/lever/", visits.lift_option, name="lift_option"),
    path("occupations/", lettings.lettings, name="lettings"),
    path("occupations/<uuid:pk>/", lettings.letting, name="letting"),
    path("occupations/<uuid:pk>/modifier/", lettings.edit_letting, name="edit_letting"),
    path("occupations/<uuid:pk>/conge/", lettings.give_notice, name="give_notice"),
    path("occupations/<uuid:pk>/reste/", lettings.withdraw_notice, name="withdraw_notice"),
    path("occupations/<uuid:pk>/depart/", lettings.leave_unit, name="leave_unit"),
    path("locaux/<uuid:pk>/louer/", lettings.new_letting, name="new_letting"),
]
