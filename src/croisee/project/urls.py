"""Every address of the site."""

from django.urls import include, path

urlpatterns = [
    path("", include("croisee.portal.urls")),
    path("progression/", include("croisee.foundation.progress.urls")),
    path("verifier/", include("croisee.foundation.documents.urls")),
    path("notices/", include("croisee.foundation.notices.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
