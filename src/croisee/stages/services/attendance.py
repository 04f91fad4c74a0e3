"""Noting who was there, writing reviews, issuing attestations."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.documents.kinds import Kind
from croisee.foundation.documents.kinds import register as register_document
from croisee.foundation.documents.services import issue
from croisee.foundation.notices.services import send
from croisee.stages.models import Attendance, Convention, Presence, Review, Side
from croisee.stages.notices import attendance as notices
from croisee.stages.queries import attendance as queries

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.foundation.documents.models import IssuedDocument

ASKED_AFTER, REMINDED_AFTER = 1, 8
ATTESTATION = register_document(
    Kind(
        "stages.attestation",
        notices.ATTESTATION_LABEL,
        shareable={
            "host": notices.HOST_LABEL,
            "period": notices.PERIOD_LABEL,
            "presence": notices.DAYS_LABEL,
        },
    )
)


def note(
    convention: Convention, day: dt.date, presence: str, account: Account, *, today: dt.date | None = None
) -> Attendance:
    """Note a pupil's presence on a day; a second note of the day takes the place of the first.

    An absence that is not excused is told at once to the school, once a pupil and day, whoever notes it.
    Raises ValidationError with a sentence when that day cannot be noted (now), or for an unknown presence.
    """
    on = today or timezone.localdate()
    if presence not in Presence.values:
        raise ValidationError(_("Choose what to note for this day."))
    with transaction.atomic():
        # Two people who note at once wait for each other; what was cancelled meanwhile is not noted.
        Convention.objects.select_for_update(of=("self",)).get(pk=convention.pk)
        kept = queries.with_days(Convention.objects.filter(pk=convention.pk)).get()
        if not queries.may_note(kept, day, on):
            raise ValidationError(_why_not_noted(kept, day, on))
        row, _new = Attendance.objects.update_or_create(
            convention=kept, day=day, defaults={"presence": presence, "noted_by": account}
        )
        if presence == Presence.ABSENT:
            _tell_the_school(kept, day, account)
    return row


def _why_not_noted(convention: Convention, day: dt.date, today: dt.date) -> str:
    if convention.state not in queries.AGREED:
        return _("Presence is noted once the convention is signed by all; this one is not.")
    if day not in queries.dates_of(convention):
        return _("This is no day of this internship.")
    if day > today:
        return _("This day is still to come: note it when it is there.")
    return _("The internship ended more than a week ago: presence cannot be changed any more.")


def _tell_the_school(convention: Convention, day: dt.date, account: Account) -> None:
    person = convention.application.person
    enrolment = queries.class_of(person)
    for reader in queries.school_accounts(person).exclude(pk=account.pk):
        with translation.override(reader.language):
            written = date_format(day, "l j F Y")
        send(
            notices.ABSENT,
            [reader],
            key=f"absence:{person.pk}:{day.isoformat()}",
            context={
                "pupil": person.given_name,
                "class": enrolment.school_class.name if enrolment else "",
                "day": written,
                "host": convention.application.period.opportunity.organisation.name,
                "path": reverse("stages:attendance", args=[convention.pk]),
            },
        )


def review(
    convention: Convention,
    side: Side,
    account: Account,
    *,
    mark: int,
    again: bool | None,
    text: str,
    today: dt.date | None = None,
) -> Review:
    """Keep what one side says of an internship, once: it is not changed afterwards.

    Raises ValidationError with a sentence when it is not the time, when the pupil never came, or when that side has
    said it already.
    """
    if side not in queries.sides_of(account, convention):
        raise ValidationError(_("This review is for somebody else to write."))
    if not queries.may_review(convention, today or timezone.localdate()):
        raise ValidationError(_("This internship cannot be reviewed (any more)."))
    try:
        with transaction.atomic():
            return Review.objects.create(
                convention=convention, side=side, mark=mark, again=again, text=text, written_by=account
            )
    except IntegrityError as error:
        if "review_once_a_side" not in str(error):
            raise
        raise ValidationError(_("This review was already written: it is kept as it was.")) from None


def ask_for_reviews(now: dt.datetime) -> int:
    """Ask both sides for their review on the day after, remind them once a week later; how many e-mails are new."""
    today = timezone.localdate(now)
    asked = 0
    for convention in queries.to_review(today, (ASKED_AFTER, REMINDED_AFTER)):
        if not queries.may_review(convention, today):
            continue
        written = {row.side for row in convention.reviews.all()}
        again = (today - convention.application.period.ends_on).days == REMINDED_AFTER
        for side in Side:
            if side not in written:
                asked += _ask(convention, side, again=again)
    return asked


def _ask(convention: Convention, side: Side, *, again: bool) -> int:
    application = convention.application
    host = application.period.opportunity.organisation
    accounts = (
        queries.families_of(application.person) if side == Side.PUPIL else queries.host_accounts(host.pk)
    )
    return send(
        notices.REVIEW,
        accounts,
        key=f"review:{convention.pk}:{side}:{'again' if again else 'first'}",
        context={
            "again": again,
            "side": str(side),
            "pupil": application.person.given_name,
            "host": host.name,
            "path": reverse("stages:review", args=[convention.pk, side]),
        },
    )


def issue_attestation(
    convention: Convention, account: Account, *, today: dt.date | None = None
) -> IssuedDocument:
    """The attestation of an internship, verifiable by its reference: dates, days of presence, hours.

    It bears the pupil's full name, as the convention that the same three read and signed does. Raises
    ValidationError with a sentence when the internship is not over or the pupil never came.
    """
    kept = queries.with_days(Convention.objects.filter(pk=convention.pk)).get()
    if not queries.attestable(kept, today or timezone.localdate()):
        raise ValidationError(_why_no_attestation(kept))
    return issue(ATTESTATION.name, "stages/attestation.typ", _attested(kept), account)


def _why_no_attestation(convention: Convention) -> str:
    noted = list(convention.attendances.all())
    if queries.is_no_show(noted):
        return _("The pupil was absent on every day that was noted: there is no internship to attest.")
    return _(
        "The attestation is issued once the internship is over and presence was noted for a day at least."
    )


def _attested(convention: Convention) -> dict[str, object]:
    application = convention.application
    period, offer = application.period, application.period.opportunity
    there = queries.days_there(convention.attendances.all())
    enrolment = queries.class_of(application.person)
    planned = len(queries.dates_of(convention))
    minutes = queries.minutes_there(convention)
    dates = _("from %(start)s to %(end)s") % {
        "start": date_format(period.starts_on, "DATE_FORMAT"),
        "end": date_format(period.ends_on, "DATE_FORMAT"),
    }
    presence = ngettext("%(there)s day of %(planned)s", "%(there)s days of %(planned)s", len(there)) % {
        "there": number_format(len(there)),
        "planned": number_format(planned),
    }
    facts = [
        [_("Pupil"), str(application.person)],
        [_("School"), str(enrolment.school_class.school) if enrolment else "–"],
        [_("Class"), enrolment.school_class.name if enrolment else "–"],
        [_("Host"), offer.organisation.name],
        [_("Internship"), offer.title],
        [_("Dates"), dates],
        [_("Presence"), presence],
    ]
    if minutes:
        facts.append([_("Hours done"), _hours(minutes)])
    return {
        "title": _("Attestation of internship"),
        "host": offer.organisation.name,
        "period": dates,
        "presence": presence,
        "text": _(
            "The host and the school attest that the pupil named below did the internship of observation described "
            "here, under the convention signed by all parties."
        ),
        "heading": _("The internship"),
        "facts": facts,
        "days_heading": _("Days of presence"),
        "days": [date_format(day, "l j F Y") for day in there],
    }


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02}" if rest else f"{hours} h"
