"""The forms of offers."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from croisee.opportunities.sectors import Sector
from croisee.stages import rules_of_law
from croisee.stages.models import Campaign, HostKind
from croisee.stages.queries.offers import HostFacts, Week, usual_reserve
from croisee.stages.services.offers import MOST_SEATS, OfferValues, SeatsRefused, WeekSeats
from croisee.stages.siting import Site, locate, written
from croisee.stages.wording import week_of_monday

if TYPE_CHECKING:
    from django.http import QueryDict
    from django_stubs_ext import StrOrPromise

    from croisee.foundation.accounts.models import Account, Organisation
    from croisee.opportunities.models import Opportunity, Period

WHOLE, MORNING, AFTERNOON, AWAY = "whole", "morning", "afternoon", ""
PRESENCE = [
    (WHOLE, _("whole day")),
    (MORNING, _("morning only")),
    (AFTERNOON, _("afternoon only")),
    (AWAY, _("not present")),
]
DAYS = tuple((str(number + 1), capfirst(WEEKDAYS[number])) for number in range(6))
USUAL_DAY = [["09:00", "12:00"], ["13:30", "16:30"]]
USUAL_HOURS = {str(day): USUAL_DAY for day in range(1, 6)}
CLOCKS = ("morning_from", "morning_to", "afternoon_from", "afternoon_to")
USUAL_AGE = 14
Hours = dict[str, list[list[str]]]


def _time(label: StrOrPromise) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class WithdrawForm(forms.Form):
    """Why an offer is withdrawn."""

    reason = forms.CharField(
        label=_("Why you withdraw it"),
        help_text=_("The families and the schools will read it."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawWeekForm(WithdrawForm):
    """Which week of an offer is withdrawn, and why."""

    week = forms.ChoiceField(label=_("Week"))
    field_order = ("week", "reason")

    def __init__(self, mondays: Iterable[dt.date], *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_week_%s", **options})
        weeks = [(monday.isoformat(), capfirst(week_of_monday(monday))) for monday in mondays]
        cast("forms.ChoiceField", self.fields["week"]).choices = weeks
        self.fields["reason"].label = _("Why you cannot host that week")

    def monday(self) -> dt.date:
        """The Monday of the chosen week."""
        return dt.date.fromisoformat(self.cleaned_data["week"])


class WeekFields:
    """The fields of one week in an offer's form: ticked or not, seats, reserved seats."""

    def __init__(self, form: OfferForm, week: Week, period: Period | None) -> None:
        self.form, self.week = form, week
        code = f"{week.monday:%Y%m%d}"
        self.names = (f"week_{code}", f"seats_{code}", f"reserved_{code}")
        ticked, seats, reserved = self.names
        label = capfirst(week_of_monday(week.monday))
        pupils = ngettext("%d pupil", "%d pupils", week.pupils) % week.pupils
        form.fields[ticked] = forms.BooleanField(label=f"{label} ({pupils})", required=False)
        count = {"inputmode": "numeric"}
        form.fields[seats] = forms.IntegerField(
            label=_("Seats"),
            required=False,
            min_value=1,
            max_value=MOST_SEATS,
            widget=forms.NumberInput(attrs=count),
        )
        form.fields[reserved] = forms.IntegerField(
            label=_("Of which reserved"),
            required=False,
            min_value=0,
            max_value=MOST_SEATS,
            widget=forms.NumberInput(attrs=count),
        )
        open_now = period is not None and period.seats > 0
        form.initial.setdefault(ticked, open_now)
        form.initial.setdefault(seats, period.seats if period is not None and open_now else 1)
        form.initial.setdefault(reserved, period.reserved if period is not None and open_now else None)

    def __iter__(self) -> Iterator[BoundField]:
        return iter([self.form[name] for name in self.names])

    def value(self) -> WeekSeats | None:
        """What was asked for this week, once the form is clean."""
        ticked, seats, reserved = (self.form.cleaned_data.get(name) for name in self.names)
        return WeekSeats(seats or 0, reserved) if ticked else None


class OfferForm(forms.Form):
    """A whole offer on one page. It holds no field by which pupils could be chosen."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    new_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    organisation = forms.ChoiceField(label=_("For which establishment"))
    title = forms.CharField(
        label=_("Title"),
        help_text=_("What a pupil of 14 or 15 understands at once: the trade, the place."),
        max_length=150,
    )
    sector = forms.ChoiceField(label=_("Sector"), choices=[("", _("– choose –")), *Sector.choices])
    description = forms.CharField(
        label=_("What the pupil will see and do"),
        help_text=_("Three or four sentences are enough."),
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    address = forms.CharField(
        label=_("Address of the internship"),
        help_text=_("Number, street, postcode and town."),
        max_length=300,
    )
    accessible = forms.BooleanField(
        label=_("A wheelchair can come in and move about"),
        required=False,
    )
    morning_from, morning_to = _time(_("Morning, from")), _time(_("Morning, until"))
    afternoon_from, afternoon_to = _time(_("Afternoon, from")), _time(_("Afternoon, until"))
    lunch = forms.CharField(
        label=_("Lunch"),
        help_text=_("For instance: canteen offered, room to heat a meal, return home."),
        max_length=200,
        required=False,
    )
    host_kind = forms.ChoiceField(label=_("You are"), choices=HostKind.choices)
    least_age = forms.IntegerField(
        label=_("Youngest age"),
        help_text=_(
            "Only where the law or the insurer asks for one. Under 14, the law allows public hosts alone."
        ),
        required=False,
        min_value=13,
        max_value=18,
    )
    tutor_name = forms.CharField(label=_("Who welcomes the pupil (tutor)"), max_length=150)
    tutor_email = forms.EmailField(label=_("Tutor’s e-mail address"))
    tutor_phone = forms.CharField(label=_("Tutor’s telephone"), max_length=30, required=False)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        account: Account,
        campaign: Campaign,
        organisations: Sequence[Organisation],
        facts: HostFacts,
        weeks: Iterable[Week],
        offer: Opportunity | None = None,
        periods: Iterable[Period] = (),
    ) -> None:
        super().__init__(data)
        self.campaign, self.facts, self.offer = campaign, facts, offer
        self.organisations = {str(one.pk): one for one in organisations}
        self.stored = offer.internship if offer is not None else None
        suggests = {
            "data-suggest": reverse("territory:suggestions"),
            "data-found": gettext("addresses suggested"),
        }
        self.fields["address"].widget.attrs.update(suggests)
        self._choose_organisation()
        self._add_days()
        self.initial = self._initial(account)
        by_monday = {period.starts_on: period for period in periods}
        known = {week.monday: week for week in weeks}
        for monday in by_monday:
            known.setdefault(monday, Week(monday, 0))
        self.weeks = [WeekFields(self, known[monday], by_monday.get(monday)) for monday in sorted(known)]

    def _choose_organisation(self) -> None:
        field = self.fields["organisation"]
        field.choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (key, f"{one.name} ({one.siret})" if one.siret else one.name)
            for key, one in self.organisations.items()
        ]
        if len(self.organisations) == 1:
            field.widget = forms.HiddenInput()

    def _add_days(self) -> None:
        for number, label in DAYS:
            self.fields[f"day_{number}"] = forms.ChoiceField(label=label, choices=PRESENCE, required=False)

    def _initial(self, account: Account) -> dict[str, Any]:
        first = next(iter(self.organisations), "")
        if self.offer is None or self.stored is None:
            given: dict[str, Any] = {
                "new_id": uuid.uuid4(),
                "organisation": first,
                "sector": self.facts.sector or "",
                "address": self.facts.address,
                "host_kind": self.facts.host_kind,
                "tutor_name": account.name,
                "tutor_email": account.email,
            }
            return given | to_fields(USUAL_HOURS)
        offer, stored = self.offer, self.stored
        site = Site(offer.address, offer.postcode, offer.city)
        own = ("title", "sector", "description", "accessible")
        return {
            "seen": offer.updated_at.isoformat(),
            "organisation": first,
            "address": written(site),
            **{name: getattr(offer, name) for name in own},
            **{name: getattr(stored, name) for name in _OF_INTERNSHIP},
            **to_fields(stored.hours),
        }

    # What the template draws

    @property
    def days(self) -> list[BoundField]:
        """The days of the week."""
        return [self[f"day_{number}"] for number, _label in DAYS]

    @property
    def clocks(self) -> list[BoundField]:
        """The hours of a day."""
        return [self[name] for name in CLOCKS]

    # What was written

    def clean(self) -> dict[str, Any]:
        """The hours obey the law for the youngest pupil that the offer takes."""
        cleaned = super().clean() or self.cleaned_data
        if not any(name in self.errors for name in CLOCKS):
            for sentence in self._against_the_law(cleaned):
                self.add_error("morning_from", sentence)
        for week in self.weeks:
            ticked, seats, _reserved = week.names
            if cleaned.get(ticked) and seats not in self.errors and not cleaned.get(seats):
                self.add_error(seats, _("Say how many."))
        return cleaned

    def _against_the_law(self, cleaned: dict[str, Any]) -> list[str]:
        monday = self.weeks[0].week.monday if self.weeks else self.campaign.opens_at.date()
        monday -= dt.timedelta(days=monday.weekday())
        age = max(cleaned.get("least_age") or USUAL_AGE, USUAL_AGE)
        facts = rules_of_law.Facts(
            birth_date=monday.replace(year=monday.year - age, day=1, month=1),
            starts_on=monday,
            ends_on=monday + dt.timedelta(days=5),
            hours=self.hours(cleaned),
            public_host=True,
        )
        found = [finding for finding in rules_of_law.check(facts) if finding.blocks]
        # A day too long is too long five times over: the first fault is enough to correct them all.
        return [f"{finding.sentence} {finding.remedy}" for finding in found[:1]]

    def hours(self, cleaned: dict[str, Any]) -> Hours:
        """The timetable as it is kept. What nobody touched stays, even where this form could not have written it."""
        names = {*CLOCKS, *(f"day_{number}" for number, _label in DAYS)}
        if self.stored is not None and not names & set(self.changed_data):
            return dict(self.stored.hours)
        return of_fields(cleaned)

    def chosen_organisation(self) -> Organisation:
        """The host that offers."""
        return self.organisations[self.cleaned_data["organisation"]]

    def last_seen(self) -> dt.datetime | None:
        """When the offer that this form shows was last changed. Raises ValidationError when it is no date."""
        try:
            return dt.datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError as error:
            raise ValidationError(_("This form is no longer good: open a new one.")) from error

    def values(self, chosen_address: str = "") -> OfferValues:
        """The offer that the clean form describes; `chosen_address` identifies the suggestion that was chosen."""
        cleaned = self.cleaned_data
        weeks = {fields.week.monday: value for fields in self.weeks if (value := fields.value()) is not None}
        return OfferValues(
            site=self._site(cleaned["address"], chosen_address),
            hours=self.hours(cleaned),
            weeks=weeks,
            **{name: cleaned[name] for name in ("title", "sector", "description", "accessible")},
            **{name: cleaned[name] for name in _OF_INTERNSHIP},
        )

    def _site(self, address: str, chosen: str) -> Site:
        offer = self.offer
        if offer is not None and "address" not in self.changed_data:
            return Site(offer.address, offer.postcode, offer.city, offer.lon, offer.lat)
        return locate(address, chosen, self.facts)

    def refuse(self, refusal: ValidationError) -> None:
        """Show why a service refused, beside the weeks where it is about seats."""
        if not isinstance(refusal, SeatsRefused):
            self.add_error(None, refusal.messages)
            return
        names = {fields.week.monday: fields.names[1] for fields in self.weeks}
        for monday, sentence in refusal.by_week.items():
            self.add_error(names.get(monday), sentence)

    @property
    def usual(self) -> str:
        """What an empty reserve means, for one, two and three seats."""
        return ", ".join(str(usual_reserve(self.campaign, seats)) for seats in (1, 2, 3))


_OF_INTERNSHIP = ("lunch", "host_kind", "least_age", "tutor_name", "tutor_email", "tutor_phone")


def of_fields(cleaned: dict[str, Any]) -> Hours:
    """The timetable of the form's fields, as `Internship.hours` holds it."""
    morning, afternoon = ([f"{cleaned[name]:%H:%M}" for name in pair] for pair in (CLOCKS[:2], CLOCKS[2:]))
    spans = {WHOLE: [morning, afternoon], MORNING: [morning], AFTERNOON: [afternoon]}
    chosen = {number: cleaned.get(f"day_{number}", AWAY) for number, _label in DAYS}
    return {number: spans[presence] for number, presence in chosen.items() if presence in spans}


def to_fields(hours: Hours) -> dict[str, Any]:
    """The form's fields that say this timetable, as near as they can."""
    fullest = max(hours.values(), key=len, default=USUAL_DAY)
    spans = fullest if len(fullest) == 2 else USUAL_DAY
    for day in hours.values():
        if len(day) == 1 and len(fullest) < 2:
            spans = [day[0], USUAL_DAY[1]] if day[0][0] < "12:00" else [USUAL_DAY[0], day[0]]
    given: dict[str, Any] = {
        name: dt.time.fromisoformat(clock) for name, clock in zip(CLOCKS, [*spans[0], *spans[1]], strict=True)
    }
    for number, _label in DAYS:
        day = hours.get(number, [])
        given[f"day_{number}"] = AWAY if not day else _presence(day, spans)
    return given


def _presence(day: list[list[str]], spans: list[list[str]]) -> str:
    if len(day) > 1:
        return WHOLE
    return MORNING if day[0] == spans[0] or day[0][0] < "12:00" else AFTERNOON
