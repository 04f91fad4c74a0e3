"""Whom a campaign and its rounds write to: families, heads of school, employers; many at once."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F, Sum
from django.urls import reverse

from croisee.directory.models import Contact
from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import Notice
from croisee.foundation.notices.many import Letter, send_many
from croisee.opportunities.models import Application, ApplicationState
from croisee.stages.models import Campaign, Round
from croisee.stages.notices import campaigns as notices
from croisee.stages.notices import rounds as round_notices
from croisee.stages.notices import wishes as place_notices
from croisee.stages.services.rounds import heads_of_schools


def published(round_: Round, campaign: Campaign) -> None:
    """Tell families that the result is there, heads of school where to read it, employers how many pupils."""
    key = f"{round_.pk}:{round_.published_at:%Y%m%d%H%M%S%f}"
    persons = round_.pupils.values("person")
    send_many(
        place_notices.RESULT,
        [
            Letter(
                contact.account, f"{key}:{contact.person_id}", _about(contact) | {"campaign": campaign.name}
            )
            for contact in _contacts(persons)
            if contact.account
        ],
    )
    context = {"round": round_.name, "path": round_.get_absolute_url()}
    send_many(round_notices.PUBLISHED, [Letter(head, key, context) for head in heads_of_schools(round_)])
    _tell_employers(round_, campaign, key)


def _tell_employers(round_: Round, campaign: Campaign, key: str) -> None:
    proposed = (
        round_.offers.filter(taken__gt=0)
        .values(host=F("period__opportunity__organisation"))
        .annotate(coming=Sum("taken"))
        .order_by()
    )
    pupils: dict[Any, int] = {row["host"]: row["coming"] for row in proposed}
    members = Membership.objects.active().filter(role=Role.EMPLOYER, organisation__in=list(pupils))
    path = reverse("stages:my_internship_offers")
    send_many(
        notices.PUPILS_PROPOSED,
        [
            Letter(
                member.account,
                f"{key}:{member.organisation_id}",
                {
                    "campaign": campaign.name,
                    "organisation": member.organisation.name,
                    "pupils": pupils[member.organisation_id],
                    "path": path,
                },
            )
            for member in members.select_related("account", "organisation")
        ],
    )


def withdrawn(round_: Round, campaign: Campaign) -> None:
    """Tell families and heads of school that a published result does not hold any more."""
    key = f"{round_.pk}:{round_.published_at:%Y%m%d%H%M%S%f}"
    context = {"campaign": campaign.name, "path": reverse("stages:campaign_rules", args=[campaign.pk])}
    families = [contact.account for contact in _contacts(round_.pupils.values("person")) if contact.account]
    _send(notices.WITHDRAWN, [*families, *heads_of_schools(round_)], key, context)


def lapsed(applications: Iterable[UUID]) -> None:
    """Tell the families whose place lapsed."""
    rows = {
        row.person_id: row
        for row in Application.objects.filter(pk__in=applications).select_related("period__opportunity")
    }
    send_many(
        place_notices.LAPSED,
        [
            Letter(
                contact.account,
                f"application:{rows[contact.person_id].pk}",
                _about(contact) | {"offer": rows[contact.person_id].period.opportunity.title},
            )
            for contact in _contacts(list(rows))
            if contact.account
        ],
    )


def announced(campaign: Campaign) -> None:
    """Tell heads of school and employers of the metropolis that a campaign begins, and by which rules."""
    _send(notices.ANNOUNCED, _partners(), str(campaign.pk), _campaign_context(campaign))


def dates_changed(campaign: Campaign) -> None:
    """Tell heads of school and employers that the calendar changed."""
    _send(
        notices.DATES_CHANGED,
        _partners(),
        f"{campaign.pk}:{campaign.updated_at:%Y%m%d%H%M%S%f}",
        _campaign_context(campaign),
    )


def cancelled(campaign: Campaign) -> None:
    """Tell heads of school, employers, and families that wished for something, that a campaign is cancelled."""
    wished = Application.objects.filter(call=campaign.pk).exclude(state=ApplicationState.GIVEN_BACK)
    families = [contact.account for contact in _contacts(wished.values("person")) if contact.account]
    _send(notices.CANCELLED, [*_partners(), *families], str(campaign.pk), _campaign_context(campaign))


def _partners() -> list[Account]:
    """Heads of school, and those who act for employers."""
    members = Membership.objects.active().filter(role__in=[Role.SCHOOL_HEAD, Role.EMPLOYER])
    return list(Account.objects.filter(memberships__in=members, is_active=True).distinct())


def _contacts(persons: Any) -> Any:
    """The contacts of persons who have an account, with it and the person."""
    rows = Contact.objects.filter(person__in=persons, account__isnull=False)
    return rows.select_related("account", "person")


def _about(contact: Contact) -> dict[str, Any]:
    return {
        "given_name": contact.person.given_name,
        "path": reverse("stages:my_internship", args=[contact.person_id]),
    }


def _campaign_context(campaign: Campaign) -> dict[str, Any]:
    return {"campaign": campaign.name, "path": reverse("stages:campaign_rules", args=[campaign.pk])}


def _send(notice: Notice, accounts: Iterable[Account], key: str, context: dict[str, Any]) -> None:
    send_many(notice, [Letter(account, key, context) for account in accounts])
