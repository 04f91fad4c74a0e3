"""Addresses of demands, what fits, proposals."""

from django.urls import path

from croisee.premises.views import demands, proposals

urlpatterns = [
    path("demandes/", demands.demands, name="demands"),
    path("demandes/nouvelle/", demands.new_demand, name="new_demand"),
    path("demandes/<uuid:pk>/", demands.demand, name="demand"),
    path("demandes/<uuid:pk>/modifier/", demands.edit_demand, name="edit_demand"),
    path("demandes/<uuid:pk>/clore/", demands.close_demand, name="close_demand"),
    path("demandes/<uuid:pk>/rouvrir/", demands.reopen_demand, name="reopen_demand"),
    path("demandes/<uuid:pk>/proposer/", demands.propose, name="propose"),
    path("demandes/<uuid:pk>/interet/", demands.interest, name="interest"),
    path("propositions/", proposals.proposals, name="proposals"),
    path("propositions/<uuid:pk>/", proposals.proposal, name="proposal"),
    path("propositions/<uuid:pk>/retenir/", proposals.want_proposal, name="want_proposal"),
    path("propositions/<uuid:pk>/ecarter/", proposals.answer_proposal, name="answer_proposal"),
]
