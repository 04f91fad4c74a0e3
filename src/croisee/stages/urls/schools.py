"""The campaign as a school follows it."""

from django.urls import path

from croisee.stages.views import school_places, schools

urlpatterns = [
    path("college/", schools.school, name="school"),
    path("college/<uuid:pk>/", schools.school_campaign, name="school_campaign"),
    path("college/<uuid:pk>/semaines/", schools.class_weeks, name="class_weeks"),
    path("college/<uuid:pk>/eleves/", schools.follow_up, name="follow_up"),
    path("college/<uuid:pk>/eleves/rappeler/", schools.remind_families, name="remind_families"),
    path("college/<uuid:pk>/listes.pdf", school_places.printed_list, name="printed_list"),
    path("college/<uuid:pk>/bulletins.pdf", school_places.printed_forms, name="printed_forms"),
    path("college/<uuid:pk>/bulletin/<uuid:person>/", school_places.paper_wishes, name="paper_wishes"),
    path("college/<uuid:pk>/direct/<uuid:person>/", school_places.direct_place, name="direct_place"),
    path(
        "college/<uuid:pk>/direct/<uuid:person>/annuler/",
        school_places.undo_direct_place,
        name="undo_direct_place",
    ),
    path("college/<uuid:pk>/conventions/", school_places.batch_conventions, name="batch_conventions"),
]
