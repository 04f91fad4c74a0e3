"""Actions of the territory, and what is published of them."""

from django.urls import path

from croisee.journeys.views import actions

urlpatterns = [
    path("actions/", actions.actions, name="actions"),
    path("actions/nouvelle/", actions.new_action, name="new_action"),
    path("actions/publication/", actions.published_actions, name="published_actions"),
    path("actions/<uuid:pk>/", actions.action, name="action"),
    path("actions/<uuid:pk>/modifier/", actions.edit_action, name="edit_action"),
    path("actions/<uuid:pk>/clore/", actions.close_action, name="close_action"),
    path("data-inclusion/structures.json", actions.published_structures, name="published_structures"),
    path("data-inclusion/services.json", actions.published_services, name="published_services"),
]
