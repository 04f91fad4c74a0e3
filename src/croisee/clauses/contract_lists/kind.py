"""The import of lists of contracts, declared: whom it is for, what it holds."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from croisee.clauses.contract_lists.columns import COLUMNS
from croisee.clauses.contract_lists.rows import read_rows
from croisee.clauses.contract_lists.storing import SLOT, remarks, store
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.imports.kinds import ImportKind, Slot, Tables, Target, register
from croisee.foundation.tables import Fault

NAME = "clauses.contracts"


def target(key: str, account: Account) -> Target:
    """The portfolio of whoever sends the list: `value` is the account, which says whose contracts may be written."""
    return Target(key, gettext("my operations"), reverse("clauses:portfolio"), account)


def _validate(tables: Tables, target: Target) -> list[Fault]:
    return read_rows(tables[SLOT], target.value)[2]


CONTRACT_LIST = register(
    ImportKind(
        NAME,
        _("List of contracts"),
        slots=(
            Slot(
                SLOT,
                _("Contracts and lots"),
                COLUMNS,
                _(
                    "One row a lot and company. A contract is found again by the SIRET of its buyer and its reference, "
                    "a lot by its number: sending a corrected list changes what it corrects and doubles nothing. The "
                    "portfolio downloads with these columns."
                ),
            ),
        ),
        validate=_validate,
        apply=store,
        roles=(Role.FACILITATEUR, Role.BUYER),
        target=target,
        remarks=remarks,
    )
)
