"""The import of CNIG files, declared: whom it is for, what it holds, what it will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.imports.kinds import ImportKind, Outcome, Slot, Tables, Target, register
from croisee.foundation.tables import Fault
from croisee.premises.cnig.files import columns
from croisee.premises.cnig_uploads import STANDARD_OF
from croisee.premises.queries.published import IMPORT_KIND
from croisee.premises.services import published as services

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from croisee.foundation.accounts.models import Account


def _slot(name: str, label: str, help_text: StrOrPromise) -> Slot:
    return Slot(name, label, columns(STANDARD_OF[name]), help_text, required=False)


def target(key: str, account: Account) -> Target:
    """The inventory: there is one."""
    return Target("", gettext("the inventory of sites and land"), services.result_url())


def _validate(tables: Tables, target: Target) -> list[Fault]:
    return services.read_tables(tables).faults


def _remarks(tables: Tables, target: Target) -> list[str]:
    records = services.read_tables(tables)
    told = [services.foresee(records).words() + "."]
    if records.older:
        told.append(
            gettext("“mixte” of Friches 1.0.5 is read as “mixte - autre”: which one it was cannot be told.")
        )
    told.append(
        gettext(
            "New land is not shown to everyone until you publish it. What is here already keeps its state and its "
            "owner; names of persons are not read."
        )
    )
    return told


def _apply(tables: Tables, account: Account, target: Target) -> Outcome:
    counts = services.store(tables, account)
    return Outcome(services.result_url(), counts.words() + ".")


CNIG_FILES = register(
    ImportKind(
        IMPORT_KIND,
        _("CNIG files"),
        slots=(
            _slot("sites", "SITE-ECO", _("Economic sites.")),
            _slot("terrains", "TERRAIN-ECO", _("Land of economic sites.")),
            _slot("poles", "POLE-ECO", _("The names of poles.")),
            _slot("friches", "Friches", _("Brownfields, version 1.0.6 or 1.0.5.")),
        ),
        validate=_validate,
        apply=_apply,
        roles=(Role.DEVELOPER,),
        target=target,
        remarks=_remarks,
    )
)
