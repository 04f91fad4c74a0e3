"""Addresses of the dashboard, of survival, of figures for officials."""

from django.urls import path

from croisee.incubation.views import outcomes

urlpatterns = [
    path("tableau-de-bord/", outcomes.dashboard, name="dashboard"),
    path("bilan/", outcomes.public_figures, name="public_figures"),
    path("survie/", outcomes.survival, name="survival"),
    path("survie/sirene/", outcomes.import_survival, name="import_survival"),
    path("survie/<uuid:pk>/", outcomes.declare_survival, name="declare_survival"),
]
