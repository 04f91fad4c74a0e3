"""The pages of social clauses: each subject has its own addresses."""

from croisee.clauses.urls import (
    calibration,
    company,
    operations,
    parameters,
    people,
    planning,
    published,
    reports,
    sampling,
    statements,
)

app_name = "clauses"
urlpatterns = [
    *operations.urlpatterns,
    *calibration.urlpatterns,
    *people.urlpatterns,
    *company.urlpatterns,
    *statements.urlpatterns,
    *reports.urlpatterns,
    *sampling.urlpatterns,
    *planning.urlpatterns,
    *published.urlpatterns,
    *parameters.urlpatterns,
]
