"""Every address of the site."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("", include("croisee.portal.urls")),
    path("compte/", include("croisee.foundation.accounts.urls")),
    path("journal/", include("croisee.foundation.audit.urls")),
    path("adresse/", include("croisee.territory.urls")),
    path("progression/", include("croisee.foundation.progress.urls")),
    path("verifier/", include("croisee.foundation.documents.urls")),
    path("imports/", include("croisee.foundation.imports.urls")),
    path("notices/", include("croisee.foundation.notices.urls")),
    path("annuaire/", include("croisee.directory.urls")),
    path("opportunites/", include("croisee.opportunities.urls")),
    path("parcours/", include("croisee.journeys.urls")),
    path("stages/", include("croisee.stages.urls")),
    path("clauses/", include("croisee.clauses.urls")),
    path("alternance/", include("croisee.apprenticeship.urls")),
    path("incubateur/", include("croisee.incubation.urls")),
    path("locaux/", include("croisee.premises.urls")),
    path("langue/", login_not_required(set_language), name="set_language"),
]
