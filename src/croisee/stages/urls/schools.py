"""The campaign as a school follows it."""

from django.urls import path

from croisee.foundation.soon import soon

urlpatterns = [
    path("college/", soon, name="school"),
    path("college/<uuid:pk>/", soon, name="school_campaign"),
    path("college/<uuid:pk>/semaines/", soon, name="class_weeks"),
    path("college/<uuid:pk>/eleves/", soon, name="follow_up"),
    path("college/<uuid:pk>/listes.pdf", soon, name="printed_list"),
    path("college/<uuid:pk>/bulletins.pdf", soon, name="printed_forms"),
    path("college/<uuid:pk>/direct/<uuid:person>/", soon, name="direct_place"),
    path("college/<uuid:pk>/conventions/", soon, name="batch_conventions"),
]
