"""What schools fill in: weeks of classes, a place found outside the round, a list of wishes given on paper."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Person, SchoolClass
from croisee.foundation import identifiers
from croisee.opportunities.models import Period
from croisee.opportunities.sectors import Sector
from croisee.stages import rules_of_law, siting, wording
from croisee.stages.models import HostKind
from croisee.stages.queries.offers import facts_of
from croisee.stages.services.schools import LAST_DAY, Found, Host

DAYS = [(str(number + 1), capfirst(WEEKDAYS[number])) for number in range(6)]


class WeeksForm(forms.Form):
    """The week of each class. `seats` says how many seats are offered in each week so far."""

    def __init__(
        self,
        *args: Any,
        classes: Iterable[SchoolClass],
        weeks: Mapping[UUID, dt.date],
        mondays: Sequence[dt.date],
        seats: Mapping[dt.date, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        rows = list(classes)
        several = len({row.school_id for row in rows}) > 1
        for row in rows:
            chosen = weeks.get(row.pk)
            shown = sorted({*mondays, chosen} if chosen else mondays)
            options = [(monday.isoformat(), _option(monday, seats.get(monday, 0))) for monday in shown]
            self.fields[str(row.pk)] = forms.ChoiceField(
                label=f"{row.name}, {row.school}" if several else row.name,
                choices=options if chosen else [("", gettext("not chosen yet")), *options],
                initial=chosen.isoformat() if chosen else "",
                required=chosen is not None,
            )

    def wanted(self) -> dict[UUID, dt.date]:
        """The Monday chosen for each class that has one."""
        return {
            UUID(name): dt.date.fromisoformat(value) for name, value in self.cleaned_data.items() if value
        }


def _option(monday: dt.date, seats: int) -> str:
    text = wording.week_of_monday(monday)
    if not seats:
        return text
    offered = ngettext("%d seat offered", "%d seats offered", seats) % seats
    return f"{text} ({offered})"


class DirectPlaceForm(forms.Form):
    """A place that a pupil found: with whom, what, where, when. Checked against the law for this age and week."""

    siret = forms.CharField(
        label=_("SIRET number of the host"),
        required=False,
        max_length=20,
        help_text=_(
            "14 digits, on any invoice. If the host does not know it, leave this empty and give the name."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    host_name = forms.CharField(label=_("Name of the host"), max_length=200)
    host_kind = forms.ChoiceField(label=_("The host is"), choices=HostKind, initial=HostKind.PRIVATE)
    family_firm = forms.BooleanField(
        label=_("It is a firm of the pupil’s family"),
        required=False,
        help_text=_(
            "Under 14, only a public host or a firm of the family may welcome a pupil; the head attests it."
        ),
    )
    title = forms.CharField(
        label=_("What the pupil will discover"),
        max_length=150,
        help_text=_("For instance: Bakery and sales."),
    )
    sector = forms.ChoiceField(label=_("Sector"), choices=Sector)
    address = forms.CharField(label=_("Address of the internship"), max_length=300)
    days = forms.MultipleChoiceField(
        label=_("Days"), choices=DAYS, initial=list("12345"), widget=forms.CheckboxSelectMultiple
    )
    morning_from = forms.TimeField(label=_("Morning, from"), initial="09:00", required=False)
    morning_to = forms.TimeField(label=_("Morning, to"), initial="12:00", required=False)
    afternoon_from = forms.TimeField(label=_("Afternoon, from"), initial="13:30", required=False)
    afternoon_to = forms.TimeField(label=_("Afternoon, to"), initial="16:30", required=False)
    mornings_only = forms.MultipleChoiceField(
        label=_("Free afternoons"), choices=DAYS, required=False, widget=forms.CheckboxSelectMultiple
    )
    tutor_name = forms.CharField(label=_("Tutor at the host"), max_length=150)
    tutor_email = forms.EmailField(
        label=_("Tutor’s e-mail address"), help_text=_("The convention is sent there to be signed.")
    )
    tutor_phone = forms.CharField(label=_("Tutor’s telephone"), max_length=30, required=False)

    def __init__(self, *args: Any, person: Person, monday: dt.date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.monday = person, monday
        for name in ("morning_from", "morning_to", "afternoon_from", "afternoon_to"):
            self.fields[name].widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def clean_siret(self) -> str:
        """The number in 14 digits, its key checked; or nothing."""
        text = self.cleaned_data["siret"].strip()
        if not text:
            return ""
        try:
            return identifiers.siret(text)
        except identifiers.InvalidIdentifier as invalid:
            raise ValidationError(
                _("This is not a SIRET number: check its 14 digits, or leave the field empty.")
            ) from invalid

    def clean(self) -> dict[str, Any]:
        """Hours that hold together, and an internship that the law allows."""
        values = super().clean() or {}
        if not self.errors and self.monday is not None:
            self._check_the_law(values, self.monday)
        return values

    def _check_the_law(self, values: dict[str, Any], monday: dt.date) -> None:
        facts = rules_of_law.Facts(
            birth_date=self.person.birth_date,
            starts_on=monday,
            ends_on=monday + LAST_DAY + dt.timedelta(days="6" in values["days"]),
            hours=self._hours(values),
            public_host=values["host_kind"] == HostKind.PUBLIC,
            family_firm=values["family_firm"],
        )
        fields = {"hours": "days", "family_firm": "host_kind", "starts_on": None}
        # Days are alike here: what is wrong with each is said of the first.
        said = set()
        for finding in rules_of_law.check(facts):
            if finding.blocks and (finding.source, finding.remedy) not in said:
                said.add((finding.source, finding.remedy))
                text = f"{finding.sentence} {finding.remedy} ({finding.source})"
                self.add_error(fields.get(finding.field), text.replace(" ()", ""))

    @staticmethod
    def _hours(values: dict[str, Any]) -> dict[str, list[list[str]]]:
        """The week as `Internship.hours` writes it."""
        spans = [
            (begin, end)
            for begin, end in (
                (values["morning_from"], values["morning_to"]),
                (values["afternoon_from"], values["afternoon_to"]),
            )
            if begin and end
        ]
        week = {}
        for day in values["days"]:
            kept = spans[:1] if day in values["mornings_only"] else spans
            week[day] = [[f"{begin:%H:%M}", f"{end:%H:%M}"] for begin, end in kept]
        return {day: kept for day, kept in week.items() if kept}

    def found(self) -> Found:
        """The place, as the service takes it."""
        values = self.cleaned_data
        site = siting.locate(values["address"], "", facts_of(values["siret"]))
        return Found(
            host=Host(values["siret"], values["host_name"], HostKind(values["host_kind"])),
            title=values["title"],
            sector=Sector(values["sector"]),
            site=site,
            hours=self._hours(values),
            tutor_name=values["tutor_name"],
            tutor_email=values["tutor_email"],
            tutor_phone=values["tutor_phone"],
            family_firm=values["family_firm"],
        )


def prefilled(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """What was typed, completed by what SIRENE knows of the SIRET; None when the number is none, or unknown."""
    try:
        siret = identifiers.siret(str(data.get("siret", "")))
    except identifiers.InvalidIdentifier:
        return None
    facts = facts_of(siret)
    if not (facts.name or facts.address):
        return None
    known = {
        "host_name": facts.name,
        "host_kind": facts.host_kind,
        "sector": facts.sector or "",
        "address": facts.address,
    }
    return {"siret": siret} | {name: value for name, value in known.items() if value}


class PaperForm(forms.Form):
    """A list of wishes given on paper: the code of each offer, the dearest first."""

    def __init__(self, *args: Any, codes: Mapping[str, Period], length: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = codes
        for number in range(1, length + 1):
            self.fields[f"wish{number}"] = forms.CharField(
                label=gettext("Wish %d") % number,
                required=False,
                max_length=150,
                widget=forms.TextInput(attrs={"list": "offer-codes", "autocomplete": "off", "size": 12}),
            )

    def clean(self) -> dict[str, Any]:
        """Each code is that of an offer open to this pupil, and is given once."""
        values = super().clean() or {}
        seen: set[UUID] = set()
        for name, text in list(values.items()):
            code = "".join(character for character in text.upper() if character.isalnum())
            if not code:
                continue
            period = self.codes.get(code)
            if period is None:
                self.add_error(
                    name, gettext("No offer open to this pupil has this code: check it on the printed list.")
                )
            elif period.pk in seen:
                self.add_error(name, gettext("This offer is in the list already."))
            else:
                seen.add(period.pk)
        return values

    def periods(self) -> list[Period]:
        """The offers in their order."""
        typed = ("".join(c for c in text.upper() if c.isalnum()) for text in self.cleaned_data.values())
        return [self.codes[code] for code in typed if code]
