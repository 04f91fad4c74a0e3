"""Who reads what of social clauses, said once: each model's `visible_to` asks here."""

from typing import TYPE_CHECKING

from django.db.models import Q

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

NOTHING = Q(pk__in=[])


def is_facilitateur(account: "Reader") -> bool:
    """Whether `account` follows the clauses of the territory: all of them are its to see."""
    return isinstance(account, Account) and account.has_role(Role.FACILITATEUR)


def of_buyer(account: "Reader", path: str) -> Q:
    """Rows whose buyer (at `path`) is an organisation that `account` buys for."""
    if not isinstance(account, Account) or not account.has_role(Role.BUYER):
        return NOTHING
    return Q(**{f"{path}__in": account.organisations(Role.BUYER).values("pk")})


def of_company(account: "Reader", *paths: str) -> Q:
    """Rows where one of the organisations at `paths` is a company that `account` acts for."""
    if not isinstance(account, Account) or not account.has_role(Role.EMPLOYER):
        return NOTHING
    own = account.organisations(Role.EMPLOYER).values("pk")
    condition = NOTHING
    for path in paths:
        condition |= Q(**{f"{path}__in": own})
    return condition
