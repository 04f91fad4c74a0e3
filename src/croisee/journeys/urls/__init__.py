"""The pages of journeys: each subject has its own addresses."""

from croisee.journeys.urls import (
    actions,
    caselists,
    caseload,
    entries,
    following,
    returns,
    rights,
    ways,
)

app_name = "journeys"
urlpatterns = [
    *entries.urlpatterns,
    *following.urlpatterns,
    *caseload.urlpatterns,
    *returns.urlpatterns,
    *caselists.urlpatterns,
    *rights.urlpatterns,
    *ways.urlpatterns,
    *actions.urlpatterns,
]
