"""The line of a project's page that says whether its company is still active."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.incubation.models import Project
from croisee.incubation.panels import Panel
from croisee.incubation.queries.outcomes import with_checks

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


def panel_of_survival(project: Project, account: Account) -> Panel | None:
    """What is known last of the company, for managers of the incubator; nothing before there is a company."""
    if project.founded_on is None:
        return None
    rows = Project.objects.visible_to(account).managed_by(account).filter(pk=project.pk)
    row = with_checks(rows).first()
    if row is None:
        return None
    url = reverse("incubation:declare_survival", args=[project.pk])
    last = max(row.its_checks, key=lambda one: one["years"], default=None)
    if last is None:
        return Panel(_("Survival"), _("Nothing is known yet at 1, 3 or 5 years."), url)
    after = ngettext("%(n)d year after", "%(n)d years after", last["years"]) % {"n": last["years"]}
    words = _("Active %(after)s.") if last["active"] else _("No longer active %(after)s.")
    return Panel(_("Survival"), words % {"after": after}, url, "ok" if last["active"] else "info")
