"""Who reads what of journeys, said once: each model's `visible_to` asks here."""

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

NOTHING = Q(pk__in=[])


def managed_programmes(account: "Reader", path: str = "") -> Q:
    """Rows of programmes (at `path`) run by an organisation that `account` manages programmes for."""
    if not isinstance(account, Account) or not account.has_role(Role.PROGRAMME_MANAGER):
        return NOTHING
    return Q(**{f"{path}organisation__in": account.organisations(Role.PROGRAMME_MANAGER).values("pk")})


def programmes_of(account: "Reader", path: str = "") -> Q:
    """Rows of programmes (at `path`) that an organisation where `account` manages or follows people runs or serves."""
    roles = (Role.PROGRAMME_MANAGER, Role.REFERENT)
    if not isinstance(account, Account) or not account.has_role(*roles):
        return NOTHING
    own = account.organisations(*roles).values("pk")
    return Q(**{f"{path}organisation__in": own}) | Q(**{f"{path}partners__in": own})


def journeys_followed(account: "Reader") -> Q:
    """Journeys whose référent is `account` today."""
    from croisee.journeys.models.journeys import Following

    if not isinstance(account, Account) or not account.has_role(Role.REFERENT, Role.PROGRAMME_MANAGER):
        return NOTHING
    today = timezone.localdate()
    own = Following.objects.filter(journey=OuterRef("pk"), referent=account).current(today)
    return Q(Exists(own))


def journeys_of_team(account: "Reader") -> Q:
    """Journeys of the programmes that `account` manages, and those whose référent it is.

    Programmes first: they are few, and the database looks for the référent of the others alone.
    """
    return managed_programmes(account, "programme__") | journeys_followed(account)


def journeys_opened(account: "Reader") -> Q:
    """Journeys of people whom `account` was given access to, for a reason and until a day."""
    from croisee.journeys.models.access import AccessRequest

    if not isinstance(account, Account):
        return NOTHING
    granted = AccessRequest.objects.in_force(timezone.localdate()).filter(asker=account)
    return Q(Exists(granted.filter(person=OuterRef("person"))))


def requests_written(account: "Reader") -> Q:
    """Requests for entry that `account` wrote."""
    if not isinstance(account, Account) or not account.has_role(Role.REFERENT, Role.PROGRAMME_MANAGER):
        return NOTHING
    return Q(written_by=account)


def own_journeys(account: "Reader") -> Q:
    """Journeys of the very person of `account`."""
    if not isinstance(account, Account):
        return NOTHING
    return Q(person__contacts__account=account, person__contacts__capacity="self")
