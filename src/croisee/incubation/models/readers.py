"""Who reads what of the incubator, said once: each model's `visible_to` asks here."""

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

NOTHING = Q(pk__in=[])


def managed(account: "Reader", path: str = "") -> Q:
    """Rows whose incubator (at `path`, as "incubator__") is run by an organisation that `account` manages it for."""
    if not isinstance(account, Account) or not account.has_role(Role.INCUBATOR_MANAGER):
        return NOTHING
    return Q(**{f"{path}organisation__in": account.organisations(Role.INCUBATOR_MANAGER).values("pk")})


def held(account: "Reader", path: str = "") -> Q:
    """Rows whose project (at `path`, as "project__") is the very person's of `account`."""
    if not isinstance(account, Account):
        return NOTHING
    return Q(
        **{
            f"{path}holder__contacts__account": account,
            f"{path}holder__contacts__capacity": "self",
        }
    )


def of_tenant(account: "Reader", path: str) -> Q:
    """Rows whose organisation (at `path`) is a company that `account` acts for."""
    if not isinstance(account, Account) or not account.has_role(Role.EMPLOYER):
        return NOTHING
    return Q(**{f"{path}__in": account.organisations(Role.EMPLOYER).values("pk")})


def advised(account: "Reader", path: str = "") -> Q:
    """Rows whose project (at `path`) `account` has been booked to advise, as an expert."""
    from croisee.incubation.models.advice import Advice

    if not isinstance(account, Account) or not account.has_role(Role.EXPERT):
        return NOTHING
    own = Advice.objects.filter(slot__expert__account=account).exclude(state="cancelled")
    return Q(**{f"{path}pk__in" if not path else f"{path.removesuffix('__')}__in": own.values("project")})


def hosted_in(account: "Reader", path: str = "") -> Q:
    """Incubators (at `path`, as "incubator__") where a company that `account` acts for is hosted today."""
    from croisee.incubation.models.hosting import Agreement

    if not isinstance(account, Account) or not account.has_role(Role.EMPLOYER):
        return NOTHING
    today = timezone.localdate()
    tenancies = Agreement.objects.filter(
        tenant__in=account.organisations(Role.EMPLOYER).values("pk")
    ).running(today)
    return Q(
        **{f"{path}pk__in" if not path else f"{path.removesuffix('__')}__in": tenancies.values("incubator")}
    )
