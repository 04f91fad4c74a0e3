"""Published contracts."""

from django.urls import path

from croisee.clauses.views import published

urlpatterns = [
    path("publies/", published.published, name="published"),
    path("publies/sans-clause/", published.published_without, name="published_without"),
    path("publies/non-suivis/", published.published_unfollowed, name="published_unfollowed"),
    path("publies/parts/", published.published_shares, name="published_shares"),
    path("publies/import/", published.import_published, name="import_published"),
    path("publies/import/<uuid:pk>/", published.published_import, name="published_import"),
    path("publies/<uuid:pk>/", published.published_contract, name="published_contract"),
]
