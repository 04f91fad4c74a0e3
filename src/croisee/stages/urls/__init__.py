"""The pages of internships: each subject has its own addresses."""

from croisee.stages.urls import (
    attendance,
    campaigns,
    conventions,
    interchange,
    offers,
    rounds,
    schools,
    wishes,
)

app_name = "stages"
urlpatterns = [
    *campaigns.urlpatterns,
    *offers.urlpatterns,
    *wishes.urlpatterns,
    *schools.urlpatterns,
    *conventions.urlpatterns,
    *attendance.urlpatterns,
    *interchange.urlpatterns,
    *rounds.urlpatterns,
]
