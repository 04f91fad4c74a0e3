"""Who reads what of premises, said once: each model's `visible_to` asks here."""

from typing import TYPE_CHECKING

from django.db.models import Q

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

NOTHING = Q(pk__in=[])


def is_developer(account: "Reader") -> bool:
    """Whether `account` follows the supply and demand of the territory: all of it is its to see."""
    return isinstance(account, Account) and account.has_role(Role.DEVELOPER)


def owned(account: "Reader", path: str = "") -> Q:
    """Rows whose unit (at `path`, as "unit__") belongs to an organisation that `account` lets premises for."""
    if not isinstance(account, Account) or not account.has_role(Role.LANDLORD):
        return NOTHING
    return Q(**{f"{path}owner__in": account.organisations(Role.LANDLORD).values("pk")})


def asked(account: "Reader", path: str = "") -> Q:
    """Rows whose demand (at `path`, as "demand__") is of a company that `account` acts for, or its own."""
    if not isinstance(account, Account):
        return NOTHING
    own = Q(**{f"{path}asked_by": account})
    if account.has_role(Role.EMPLOYER):
        own |= Q(**{f"{path}organisation__in": account.organisations(Role.EMPLOYER).values("pk")})
    return own
