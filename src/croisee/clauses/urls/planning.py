"""Plans of hours."""

from django.urls import path

from croisee.clauses.views import planning

urlpatterns = [
    path("plans/", planning.plans, name="plans"),
    path("plans/<uuid:pk>/", planning.plan, name="plan"),
    path("plans/<uuid:pk>/supprimer/", planning.delete_plan, name="delete_plan"),
]
