"""The import of payroll tables, declared: whom it is for, where it goes."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from croisee.clauses.payroll.columns import COLUMNS
from croisee.clauses.payroll.rows import CORRECT, Goal, read_rows
from croisee.clauses.payroll.storing import SLOT, remarks, store
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.imports.kinds import (
    Choice,
    ImportKind,
    Slot,
    Tables,
    Target,
    TargetRefused,
    register,
)
from croisee.foundation.tables import Fault

NAME = "clauses.payroll"


def address_for(organisation: Organisation) -> str:
    """Where the payroll table of a company is sent."""
    return f"{reverse('imports:begin', args=[NAME])}?target={organisation.pk}"


def _target(key: str, account: Account) -> Target:
    """The company of that identifier, which `account` acts for. Raises TargetRefused for another."""
    try:
        organisation = account.organisations(Role.EMPLOYER).get(pk=UUID(key))
    except (ValueError, Organisation.DoesNotExist):
        raise TargetRefused(
            gettext("this table goes into no company of yours."),
            gettext("Begin again from the page of your company."),
        ) from None
    return Target(key, organisation.name, reverse("clauses:company"), Goal(organisation, account))


def _validate(tables: Tables, target: Target) -> list[Fault]:
    return read_rows(tables[SLOT], target.value, target.choices)[1]


PAYROLL = register(
    ImportKind(
        NAME,
        _("Hours from payroll"),
        slots=(
            Slot(
                SLOT,
                _("Hours of work"),
                COLUMNS,
                _(
                    "One row a person and month: the name (or the contract’s reference), the month, the hours. Many "
                    "months and people at once are fine; other columns are left aside."
                ),
            ),
        ),
        validate=_validate,
        apply=store,
        roles=(Role.EMPLOYER,),
        target=_target,
        remarks=remarks,
        choices=(
            Choice(
                CORRECT,
                _("Correct what is sent or validated already"),
                _(
                    "Hours that differ then take the place of those sent. Otherwise they are shown to you as faults."
                ),
            ),
        ),
    )
)
