"""Who benefits: the monitor of publics."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from croisee.clauses.models.readers import is_facilitateur
from croisee.clauses.queries.monitor import GROUPS, STAGES
from croisee.clauses.queries.monitor import monitor as figures
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.roles import Role


@role_required(Role.FACILITATEUR, Role.OFFICIAL, Role.ADMINISTRATOR)
@require_safe
def monitor(request: HttpRequest) -> HttpResponse:
    """From eligible to hired, by year and group; hours by neighbourhood of home and of works."""
    today = timezone.localdate()
    found = figures(today, exact=is_facilitateur(signed_in(request)))
    tables = [
        (
            label,
            [
                (row.year, row.whole, [(name, row.cells[group]) for group, name in GROUPS.items()])
                for row in found.stages[stage]
                if row.whole != 0 or row.year == today.year
            ],
        )
        for stage, label in STAGES.items()
    ]
    hours = [row for row in found.hours if row.hours != 0 or row.year == today.year]
    context = {"tables": tables, "hours": hours, "exact": found.exact, "groups": list(GROUPS.values())}
    return render(request, "clauses/people/monitor.html", context)
