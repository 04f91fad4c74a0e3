"""Agreements written, changed, signed: what the law forbids is refused, with what would be possible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import ExclusionViolation

from croisee.directory.services.people import Stale
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.figures.book import NoFigure
from croisee.foundation.lifecycles.services import perform
from croisee.incubation.models import (
    DECIDED,
    Agreement,
    AgreementState,
    Aid,
    Candidature,
    Occupancy,
    Project,
    ProjectState,
    Rent,
    Space,
)
from croisee.incubation.queries.aids import undertaking
from croisee.incubation.queries.hosting_rules import Look, Wanted, look_at, wanted_of
from croisee.incubation.rents import Step, in_force
from croisee.incubation.services import hosting_reviews as reviews
from croisee.opportunities.tenure import Tenure

ONE_DAY = dt.timedelta(days=1)
FIELDS = ("kind", "starts_on", "ends_on", "cause", "notice_months", "charges", "deposit")
MAY_BE_HOSTED = (
    ProjectState.FOLLOWED,
    ProjectState.ACCEPTED,
    ProjectState.HOSTED,
    ProjectState.LEFT,
)


def looked(wanted: Wanted, granted_on: dt.date | None = None) -> Look:
    """`look_at`, with a figure that nobody gave said in words. Raises ValidationError."""
    try:
        return look_at(wanted, granted_on)
    except NoFigure as missing:
        raise figure_is_missing() from missing


def figure_is_missing() -> ValidationError:
    """That a ceiling or a length has no value in force."""
    return ValidationError(
        _("A figure is missing: an administrator or a manager gives it on the page of figures.")
    )


@transaction.atomic
def draft(
    project: Project, values: Mapping[str, Any], spaces: Sequence[Space], previous: Agreement | None = None
) -> Agreement:
    """Write an agreement for a project’s company, its rents taken from the grid; it holds no space until it is signed.

    Raises ValidationError for a project that is not to be hosted, for what the law forbids (with the remedy), for a
    space that somebody has.
    """
    held = (
        Project.objects.select_for_update(of=("self",))
        .select_related("incubator", "company")
        .get(pk=project.pk)
    )
    if held.state not in MAY_BE_HOSTED:
        raise ValidationError(
            _("This project is not to be hosted yet: the committee decides first, or it is followed again.")
        )
    if held.company is None:
        raise ValidationError(
            _("An agreement is signed with a company: note it on the page of the project first.")
        )
    row = Agreement(
        incubator=held.incubator,
        project=held,
        tenant=held.company,
        previous=previous,
        **{name: values[name] for name in FIELDS if name in values},
    )
    row.full_clean()
    found = _checked(row, spaces)
    row.save()
    _give(row, spaces)
    _write_rents(row, found.steps)
    return row


def _checked(row: Agreement, spaces: Sequence[Space]) -> Look:
    """What is found of an agreement that is not saved. Raises ValidationError for what is refused."""
    if not spaces:
        raise ValidationError({"spaces": _("Choose a space at least.")})
    foreign = [space for space in spaces if space.incubator_id != row.incubator_id or space.bookable]
    if foreign:
        raise ValidationError({"spaces": _("These spaces cannot be let to one company here.")})
    found = looked(
        Wanted(
            row.project,
            row.tenant,
            row.kind,
            spaces,
            row.starts_on,
            row.ends_on,
            row.cause,
            previous=row.previous,
        )
    )
    if found.refusals:
        raise ValidationError(found.refusals)
    return found


def _give(row: Agreement, spaces: Sequence[Space]) -> None:
    for space in spaces:
        made = Occupancy(agreement=row, space=space, starts_on=row.starts_on)
        made.full_clean()
        made.save()


def _write_rents(row: Agreement, steps: Sequence[Step]) -> None:
    for step in steps:
        made = Rent(agreement=row, starts_on=step.starts_on, monthly=step.monthly, market=step.market)
        made.full_clean()
        made.save()


def locked(agreement: Agreement) -> Agreement:
    """The agreement read again, its company and its row locked: two signatures of one company wait for each other."""
    one_company = Organisation.objects.filter(undertaking(agreement.tenant)).order_by("pk")
    list(one_company.select_for_update(of=("self",), no_key=True))
    found: Agreement = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("project__incubator", "incubator", "tenant", "previous")
        .get(pk=agreement.pk)
    )
    return found


def _draft_of(agreement: Agreement, seen: dt.datetime | None) -> Agreement:
    row = locked(agreement)
    if row.state != AgreementState.DRAFT:
        raise ValidationError(_("This agreement is not a draft any more: it cannot be changed."))
    if seen is not None and row.updated_at != seen:
        raise Stale
    return row


@transaction.atomic
def change(
    agreement: Agreement,
    values: Mapping[str, Any],
    spaces: Sequence[Space],
    *,
    seen: dt.datetime | None = None,
) -> Agreement:
    """Change a draft. Rents are those of the grid again where dates or spaces changed.

    Raises ValidationError as `draft` does, for what is no draft any more, and for one that is not as it was `seen`.
    """
    row = _draft_of(agreement, seen)
    before = (row.starts_on, row.ends_on, set(row.occupancies.values_list("space", flat=True)))
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    row.full_clean()
    found = _checked(row, spaces)
    row.save()
    if before != (row.starts_on, row.ends_on, {space.pk for space in spaces}):
        row.occupancies.all().delete()
        row.rents.all().delete()
        _give(row, spaces)
        _write_rents(row, found.steps)
    return row


@transaction.atomic
def set_rents(agreement: Agreement, steps: Sequence[Step], *, seen: dt.datetime | None = None) -> Agreement:
    """Write the rents of a draft by hand: the first on its first day, the others later, within the term.

    Raises ValidationError.
    """
    row = _draft_of(agreement, seen)
    days = sorted(step.starts_on for step in steps)
    if not days or days[0] != row.starts_on:
        raise ValidationError(_("The first rent begins on the first day of the agreement."))
    if len(set(days)) != len(days):
        raise ValidationError(_("Two rents begin on the same day."))
    if days[-1] > row.ends_on:
        raise ValidationError(_("A rent begins after the term."))
    row.rents.all().delete()
    _write_rents(row, sorted(steps))
    row.save()
    return row


@contextmanager
def one_tenant_a_space() -> Iterator[None]:
    """Say in words that a space was taken meanwhile: the database lets two hold it on no day."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        raise ValidationError(
            _("Another company has this space then. Choose another space, or other dates.")
        ) from error


@transaction.atomic
def sign(
    agreement: Agreement, account: Account, *, signed_on: dt.date, declaration_on: dt.date | None
) -> Agreement:
    """Note that an agreement is signed: spaces are held, the aid is granted, the company is hosted, reviews are due.

    An agreement that it follows ends on the eve. Raises ValidationError for what the law forbids, for aid past the
    ceiling (with the figures) or without the company’s declaration, and for a space that somebody else has.
    """
    row = _draft_of(agreement, None)
    if signed_on > timezone.localdate():
        raise ValidationError({"signed_on": _("Note the signature once it has taken place.")})
    found = looked(wanted_of(row), signed_on)
    if in_force(found.steps, row.starts_on) is None:
        raise ValidationError(_("Write the rents first: none holds on the first day."))
    if found.refusals or found.too_much_aid:
        raise ValidationError([*found.refusals, *filter(None, [found.too_much_aid])])
    if found.aid > 0 and declaration_on is None:
        raise ValidationError(
            {
                "declaration_on": _(
                    "A rent below the market is de minimis aid: the company declares on its honour what it had before "
                    "(règlement (UE) 2023/2831, article 7). Write the date of its declaration."
                )
            }
        )
    row.signed_on, row.declaration_on = signed_on, declaration_on
    row.full_clean()
    row.save()
    if row.previous is not None:
        give_way(row.previous, row.starts_on - ONE_DAY, account)
    perform(row, "sign", account)
    hold(row)
    grant(row, found.aid, signed_on)
    _host(row.project, account)
    reviews.schedule(row.project, row.starts_on, row.ends_on)
    return row


def hold(row: Agreement) -> None:
    """Have an agreement hold its spaces. Raises ValidationError when somebody else has one."""
    with one_tenant_a_space():
        for occupancy in row.occupancies.select_for_update(of=("self",)):
            occupancy.held = True
            occupancy.save()


def grant(row: Agreement, amount: Decimal, day: dt.date) -> None:
    """Note the aid that an agreement is, granted on a day; nothing for a rent that is the market’s."""
    if amount <= 0:
        return
    aid = Aid(
        organisation=row.tenant,
        agreement=row,
        granted_on=day,
        amount=amount,
        granted_by=row.incubator.organisation.name,
        label=_("Rent below the market, %(incubator)s") % {"incubator": row.incubator},
    )
    aid.full_clean()
    aid.save()


def give_way(previous: Agreement, last: dt.date, account: Account) -> None:
    """End the agreement that another follows, on the eve of it. Raises ValidationError when it begins too early."""
    row = Agreement.objects.select_for_update(of=("self",)).get(pk=previous.pk)
    if row.state != AgreementState.SIGNED:
        return
    if last < row.starts_on:
        raise ValidationError(_("The new agreement must begin after the one that it follows."))
    row.left_on = last
    row.full_clean()
    row.save()
    perform(row, "end", account)
    release(row, last)


def release(row: Agreement, last: dt.date) -> None:
    """Free the spaces of an agreement from the day after `last`; what was to begin later is taken away."""
    open_ones = row.occupancies.select_for_update(of=("self",)).filter(held=True)
    for occupancy in open_ones:
        if occupancy.starts_on > last:
            occupancy.delete()
        elif occupancy.ends_on is None or occupancy.ends_on > last:
            occupancy.ends_on = last
            occupancy.save()


def _host(project: Project, account: Account) -> None:
    """The project is hosted from now on, and its candidature has found its place."""
    row = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    if row.state not in MAY_BE_HOSTED:
        raise ValidationError(
            _("This project is not to be hosted yet: the committee decides first, or it is followed again.")
        )
    if row.state != ProjectState.HOSTED:
        perform(row, "host", account)
    for candidature in Candidature.objects.filter(project=row, state__in=DECIDED):
        perform(candidature, "place", account)


@transaction.atomic
def cancel(agreement: Agreement, account: Account) -> Agreement:
    """Give a draft up. Raises TransitionRefused once it is signed."""
    row = locked(agreement)
    perform(row, "cancel", account)
    return row


@transaction.atomic
def renew(agreement: Agreement, values: Mapping[str, Any], spaces: Sequence[Space]) -> Agreement:
    """Write the agreement that follows a signed one. ValidationError as `draft`, or when one is there already."""
    row = locked(agreement)
    if row.state != AgreementState.SIGNED:
        raise ValidationError(_("Only an agreement that is signed and under way is renewed."))
    if row.following.filter(state=AgreementState.DRAFT).exists():
        raise ValidationError(_("The agreement that follows is written already: change that one."))
    if values["starts_on"] <= row.starts_on:
        raise ValidationError({"starts_on": _("The new agreement must begin after the one that it follows.")})
    return draft(row.project, values, spaces, previous=row)


def next_values(agreement: Agreement) -> dict[str, Any]:
    """What the form of the agreement that follows begins with."""
    starts_on = agreement.ends_on + ONE_DAY
    return {
        **{name: getattr(agreement, name) for name in FIELDS if name not in ("starts_on", "ends_on")},
        "kind": Tenure(agreement.kind),
        "starts_on": starts_on,
    }
