"""The pages of the incubator: each subject has its own addresses."""

from croisee.incubation.urls import (
    advice,
    aids,
    board,
    committees,
    figures,
    hosting,
    outcomes,
    projects,
    spaces,
    statements,
)

app_name = "incubation"
urlpatterns = [
    *projects.urlpatterns,
    *committees.urlpatterns,
    *hosting.urlpatterns,
    *aids.urlpatterns,
    *spaces.urlpatterns,
    *statements.urlpatterns,
    *advice.urlpatterns,
    *board.urlpatterns,
    *outcomes.urlpatterns,
    *figures.urlpatterns,
]
