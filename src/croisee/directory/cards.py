"""What the home pages say of classes and teams."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.directory import queries
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card


def classes(account: Account) -> Card:
    """The pupils of the school, or how to begin."""
    rows: QuerySet[Any] = queries.classes_of(account).order_by()
    counts = list(rows.values_list("pupils", flat=True))
    total = sum(counts)
    if not total:
        heads = account.has_role(Role.SCHOOL_HEAD)
        text = _("Import your class lists to begin.") if heads else _("No pupil is there yet.")
    else:
        text = ngettext("%(n)d pupil", "%(n)d pupils", total) % {"n": total}
        text += ngettext(" in %(n)d class.", " in %(n)d classes.", len(counts)) % {"n": len(counts)}
    return Card(_("Class lists"), text, reverse("directory:classes"), order=20)


def add_organisation(account: Account) -> Card:
    """How a school or a company enters."""
    text = _("A school or a company, by its number, with its first person.")
    return Card(_("Add an organisation"), text, reverse("directory:company"), order=81)


def team(account: Account) -> Card:
    """The team, for who is not of a metropolis."""
    return Card(
        _("My team"),
        _("Colleagues who act with you: invite, end a role."),
        reverse("directory:teams"),
        order=70,
    )
