"""The pages of premises: each subject has its own addresses."""

from croisee.premises.urls import (
    demands,
    lettings,
    owners,
    published,
    sites,
    survey,
    units,
    vacancy,
)

app_name = "premises"
urlpatterns = [
    *units.urlpatterns,
    *owners.urlpatterns,
    *survey.urlpatterns,
    *demands.urlpatterns,
    *lettings.urlpatterns,
    *vacancy.urlpatterns,
    *published.urlpatterns,
    *sites.urlpatterns,
]
