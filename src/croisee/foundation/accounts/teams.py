"""Teams: who administers one, whom they may invite, and that one of them always stays."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import HELD_IN, MAY_INVITE, TEAMS_KEEP_ONE, Kind, Role


class LastOfTeam(ValidationError):  # noqa: N818  reads as the sentence it is
    """Nobody would be left to administer the team."""

    def __init__(self, organisation: Organisation) -> None:
        super().__init__(
            _(
                "Nobody would be left to manage the team of %(organisation)s: let somebody else manage it first."
            ),
            code="last_of_team",
            params={"organisation": organisation.name},
        )


class NotYours(ValidationError):  # noqa: N818  reads as the sentence it is
    """Only who manages the team may do this, and never to a role above one's own."""

    def __init__(self) -> None:
        super().__init__(_("You do not manage this person’s role in this team (any more)."), code="not_yours")


def administering(organisation: Organisation) -> QuerySet[Membership]:
    """The open memberships that administer the team of an organisation."""
    return organisation.memberships.active().filter(
        administers=True, ended_on__isnull=True, account__is_active=True
    )


def roles_offered(account: Account, organisation: Organisation) -> list[Role]:
    """The roles that `account` may give in this team today; none for who does not administer it."""
    own = administering(organisation).filter(account=account).values_list("role", flat=True)
    allowed = frozenset[Role]().union(*(MAY_INVITE[Role(role)] for role in own))
    return [role for role in Role if role in allowed and organisation.kind in HELD_IN[role]]


def would_be_left_alone(membership: Membership) -> bool:
    """Whether colleagues would be left with nobody who administers their team, were this membership over."""
    organisation = membership.organisation
    if not membership.administers or organisation.kind not in TEAMS_KEEP_ONE:
        return False
    others = organisation.memberships.filter(ended_on__isnull=True).exclude(pk=membership.pk)
    colleagues = others.exclude(role=Role.FAMILY)
    return colleagues.exists() and not administering(organisation).exclude(pk=membership.pk).exists()


def last_ones() -> QuerySet[Membership]:
    """The memberships whose end would leave colleagues with nobody who administers their team."""
    in_force = Membership.objects.filter(ended_on__isnull=True, organisation=OuterRef("organisation"))
    others = in_force.exclude(account=OuterRef("account"))
    return Membership.objects.filter(
        Exists(others.exclude(role=Role.FAMILY)),
        ~Exists(others.filter(administers=True, account__is_active=True)),
        administers=True,
        ended_on__isnull=True,
        organisation__kind__in=TEAMS_KEEP_ONE,
    )


@transaction.atomic
def invite_colleague(
    by: Account,
    organisation: Organisation,
    email: str,
    role: Role,
    name: str = "",
    *,
    administers: bool = False,
) -> Membership:
    """Invite someone to a team that `by` administers. Raises NotYours, or ValidationError as `services.invite`."""
    from croisee.foundation.accounts.services import invite

    locked = _locked(organisation)
    if role not in roles_offered(by, locked):
        raise NotYours
    return invite(email, locked, role, name, administers=administers)


@transaction.atomic
def end_colleague(by: Account, membership: Membership) -> Membership:
    """End a role in a team that `by` administers, or one's own there.

    Raises LastOfTeam, even for who is alone; NotYours; ValidationError when the role is over already.
    """
    from croisee.foundation.accounts.services import end_membership

    organisation = _locked(membership.organisation)
    if membership.account_id == by.pk and membership.role != Role.FAMILY:
        current = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    else:
        current = _theirs(by, membership, organisation)
    if Kind(organisation.kind) in TEAMS_KEEP_ONE and _is_last(current, organisation):
        raise LastOfTeam(organisation)
    return end_membership(current)


@transaction.atomic
def set_administers(by: Account, membership: Membership, *, administers: bool) -> Membership:
    """Let a colleague administer the team, or no longer. Raises LastOfTeam, NotYours."""
    organisation = _locked(membership.organisation)
    current = _theirs(by, membership, organisation)
    if current.ended_on is not None:
        raise ValidationError(_("This membership is already over."), code="over")
    if not administers and _is_last(current, organisation):
        raise LastOfTeam(organisation)
    current.administers = administers
    current.save(update_fields=["administers", "updated_at"])
    return current


def _locked(organisation: Organisation) -> Organisation:
    """The organisation's row, locked: rights are read after it, so that of two changes the second sees the first."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _theirs(by: Account, membership: Membership, organisation: Organisation) -> Membership:
    """The membership as it is now, which `by` may change. Raises NotYours."""
    if Role(membership.role) not in roles_offered(by, organisation):
        raise NotYours
    return Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)


def _is_last(membership: Membership, organisation: Organisation) -> bool:
    return membership.administers and not administering(organisation).exclude(pk=membership.pk).exists()
