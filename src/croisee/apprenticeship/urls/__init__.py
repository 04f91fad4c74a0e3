"""The pages of apprenticeship: each subject has its own addresses."""

from croisee.apprenticeship.urls import (
    meetings,
    mentoring,
    offers,
)

app_name = "apprenticeship"
urlpatterns = [
    *offers.urlpatterns,
    *mentoring.urlpatterns,
    *meetings.urlpatterns,
]
