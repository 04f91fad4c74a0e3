"""The forms of offers of apprenticeship and of applications."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.apprenticeship.ages import AgeCase
from croisee.apprenticeship.expiry import SHOWN
from croisee.apprenticeship.models import OF_COMPANY, ClosedBecause, Closing, Contract, Diploma, Remote
from croisee.apprenticeship.queries.offers import company_places
from croisee.apprenticeship.services.applications import Letter
from croisee.apprenticeship.services.offers import MOST_SEATS, OF_OFFER, OfferValues
from croisee.apprenticeship.siting import Site, locate
from croisee.directory.forms.jobs import JobsField
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.documents.uploads import ACCEPTED, checked
from croisee.foundation.forms import day_field, moment
from croisee.foundation.identifiers import InvalidIdentifier, siret
from croisee.opportunities.sectors import Sector

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict

    from croisee.directory.models import Person
    from croisee.opportunities.models import Opportunity

NONE = [("", _("– choose –"))]


def _lines(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OfferForm(forms.Form):
    """A whole offer on one page: what is asked first is all that one needs; the rest is folded."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    new_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    organisation = forms.ChoiceField(label=_("Company"))
    siret = forms.CharField(
        label=_("SIRET number of the company"), help_text=_("Fourteen digits."), max_length=20, required=False
    )
    company = forms.CharField(
        label=_("Name of the company"),
        help_text=_("Where it is not known here yet."),
        max_length=200,
        required=False,
    )
    company_email = forms.EmailField(
        label=_("E-mail address of somebody of the company"),
        help_text=_("Invited where nobody of it has an account: the company answers those who apply."),
        required=False,
    )
    title = forms.CharField(
        label=_("Title"),
        help_text=_("The trade, as people call it: apprentice baker."),
        min_length=3,
        max_length=150,
    )
    contracts = forms.MultipleChoiceField(
        label=_("Contract"), choices=Contract, widget=forms.CheckboxSelectMultiple
    )
    description = forms.CharField(
        label=_("What one does and learns"),
        help_text=_("A few sentences: the team, the days, what one can do at the end."),
        min_length=30,
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    sector = forms.ChoiceField(label=_("Sector"), choices=[*NONE, *Sector.choices])
    jobs = JobsField(label=_("Jobs (ROME codes)"), help_text=_("Write the trade: codes are suggested."))
    address = forms.CharField(
        label=_("Address of the work"),
        help_text=_("Number, street, postcode and town."),
        max_length=300,
        widget=forms.TextInput(
            attrs={
                "data-suggest": reverse_lazy("territory:suggestions"),
                "data-found": _("addresses suggested"),
            }
        ),
    )
    starts_on = day_field(_("First day"))
    months = forms.IntegerField(label=_("Months of contract"), min_value=1, max_value=48, initial=12)
    seats = forms.IntegerField(label=_("Places"), min_value=1, max_value=MOST_SEATS, initial=1)
    diploma = forms.ChoiceField(
        label=_("Diploma aimed at"), choices=[("", _("any level")), *Diploma.choices], required=False
    )
    without_cv = forms.BooleanField(
        label=_("Hire without CV: people apply with a few sentences"), required=False, initial=True
    )
    expires_on = day_field(_("Shown until"), required=False)
    weekly_hours = forms.DecimalField(
        label=_("Hours a week"), min_value=1, max_value=48, max_digits=4, decimal_places=1, required=False
    )
    remote = forms.ChoiceField(
        label=_("Where the work is done"), choices=[("", _("not said")), *Remote.choices], required=False
    )
    accessible = forms.BooleanField(label=_("A wheelchair can come in and move about"), required=False)
    centre = forms.ModelChoiceField(
        label=_("Training centre"), queryset=Organisation.objects.none(), required=False
    )
    centre_name = forms.CharField(
        label=_("Another training centre"),
        help_text=_("Its name, where it is not in the list."),
        max_length=200,
        required=False,
    )
    desired_skills = _lines(_("Qualities wished for, one a line"))
    acquired_skills = _lines(_("What one learns, one a line"))
    access_conditions = _lines(_("Conditions, one a line"), _("Driving licence, early hours..."))
    to_partner = forms.BooleanField(
        label=_("Publish it on La bonne alternance too"), required=False, initial=True
    )
    apply_email = forms.EmailField(
        label=_("E-mail address shown there to apply to"),
        help_text=_("La bonne alternance asks for one of these three. Here, people apply on this site."),
        required=False,
    )
    apply_phone = forms.CharField(label=_("Telephone shown there"), max_length=30, required=False)
    apply_url = forms.URLField(
        label=_("Page shown there"), max_length=300, required=False, assume_scheme="https"
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        organisations: Sequence[Organisation],
        centres: QuerySet[Organisation],
        email: str = "",
        offer: Opportunity | None = None,
    ) -> None:
        super().__init__(data)
        self.offer = offer
        self.organisations = {str(one.pk): one for one in organisations}
        self.fields["expires_on"].help_text = _("Sixty days where you say nothing; one click extends it.")
        cast("forms.ModelChoiceField[Organisation]", self.fields["centre"]).queryset = centres
        self._choose_organisation()
        self.initial.update(self._new(email) if offer is None else self._stored(offer))

    def _choose_organisation(self) -> None:
        """One's own companies to choose from; for who has none, a SIRET number."""
        if not self.organisations:
            del self.fields["organisation"]
            self.fields["siret"].required = True
            return
        del self.fields["siret"], self.fields["company"], self.fields["company_email"]
        field = cast("forms.ChoiceField", self.fields["organisation"])
        field.choices = list(company_places(self.organisations.values()).items())
        if len(self.organisations) == 1:
            field.widget = forms.HiddenInput()

    def _new(self, email: str) -> dict[str, Any]:
        return {
            "new_id": uuid.uuid4(),
            "organisation": next(iter(self.organisations), ""),
            "contracts": [str(Contract.APPRENTICESHIP)],
            "expires_on": timezone.localdate() + SHOWN,
            "apply_email": email,
        }

    def _stored(self, offer: Opportunity) -> dict[str, Any]:
        details, period = offer.apprenticeship, offer.periods.get()
        own = ("title", "sector", "description", "accessible")
        return {
            "seen": offer.updated_at.isoformat(),
            "organisation": str(offer.organisation_id),
            "address": Site(offer.address, offer.postcode, offer.city).written,
            "starts_on": period.starts_on,
            "seats": period.seats,
            "expires_on": details.expires_on,
            **{name: getattr(offer, name) for name in own},
            **{name: getattr(details, name) for name in OF_OFFER},
        }

    FOLDED = (
        "expires_on",
        "weekly_hours",
        "remote",
        "accessible",
        "centre",
        "centre_name",
        "desired_skills",
        "acquired_skills",
        "access_conditions",
    )
    PARTNER = ("to_partner", "apply_email", "apply_phone", "apply_url")

    @property
    def first(self) -> list[forms.BoundField]:
        """What everybody fills in."""
        return [field for field in self.visible_fields() if field.name not in (*self.FOLDED, *self.PARTNER)]

    @property
    def more(self) -> list[forms.BoundField]:
        """What one may add."""
        return [self[name] for name in self.FOLDED]

    @property
    def partner(self) -> list[forms.BoundField]:
        """What is about La bonne alternance."""
        return [self[name] for name in self.PARTNER]

    def clean_siret(self) -> str:
        """The number, checked."""
        try:
            return siret(self.cleaned_data["siret"])
        except InvalidIdentifier as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """Published on La bonne alternance, an offer says how one applies there."""
        cleaned = super().clean() or self.cleaned_data
        channels = [cleaned.get(name) for name in ("apply_email", "apply_phone", "apply_url")]
        if cleaned.get("to_partner") and not any(channels) and not self.errors.keys() & set(self.PARTNER):
            self.add_error("apply_email", _("Give one of the three, or untick the publication there."))
        return cleaned

    def chosen_organisation(self) -> Organisation | None:
        """The company, where it was chosen from a list."""
        return self.organisations.get(self.cleaned_data.get("organisation", ""))

    def last_seen(self) -> dt.datetime | None:
        """When the offer that this form shows was last changed."""
        return moment(self.cleaned_data["seen"])

    def values(self, chosen_address: str = "") -> OfferValues:
        """The offer that the clean form describes; `chosen_address` identifies the suggestion that was chosen."""
        cleaned = self.cleaned_data
        return OfferValues(
            site=self._site(cleaned["address"], chosen_address),
            **{name: cleaned[name] for name in ("title", "sector", "description", "accessible")},
            **{name: cleaned[name] for name in ("starts_on", "seats", "expires_on")},
            details={name: cleaned[name] for name in OF_OFFER},
        )

    def _site(self, address: str, chosen: str) -> Site:
        offer = self.offer
        if offer is not None and "address" not in self.changed_data:
            return Site(offer.address, offer.postcode, offer.city, offer.lon, offer.lat)
        return locate(address, chosen)


class CloseForm(forms.Form):
    """What an offer is closed as, and why."""

    closing = forms.ChoiceField(label=_("The offer is"), choices=Closing, widget=forms.RadioSelect)
    because = forms.ChoiceField(label=_("Why"), choices=[*NONE, *ClosedBecause.choices])


class ApplyForm(forms.Form):
    """An application: a few sentences, and a CV where the company reads them."""

    person = forms.ChoiceField(label=_("For whom"))
    motivation = forms.CharField(
        label=_("Why this apprenticeship"),
        help_text=_("Three sentences are enough: what you like in this trade, what you did already."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        help_text=_("The company alone reads it."),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    cv = forms.FileField(
        label=_("CV (PDF or picture)"),
        help_text=_("You can apply without one."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    states_age = forms.BooleanField(required=False)
    shared_with_centre = forms.BooleanField(required=False)

    def __init__(
        self,
        *args: Any,
        people: Sequence[Person],
        case: AgeCase,
        centre: str = "",
        without_cv: bool = False,
    ) -> None:
        super().__init__(*args)
        self.people = {str(one.pk): one for one in people}
        field = cast("forms.ChoiceField", self.fields["person"])
        field.choices = [(key, str(one)) for key, one in self.people.items()]
        if len(people) == 1:
            field.widget = forms.HiddenInput()
            self.initial["person"] = next(iter(self.people))
        else:
            field.choices = [*NONE, *field.choices]
        if without_cv:
            del self.fields["cv"]
        if centre:
            share = _("The training centre (%(centre)s) may read my application")
            self.fields["shared_with_centre"].label = share % {"centre": centre}
        else:
            del self.fields["shared_with_centre"]
        if case in (AgeCase.FITS, AgeCase.TOO_YOUNG):
            del self.fields["states_age"]
        else:
            self.fields["states_age"].label = case.label

    def clean_cv(self) -> Any:
        """The file, small and of a kind that opens everywhere."""
        return checked(self.cleaned_data.get("cv"))

    def chosen_person(self) -> Person:
        """For whom it is."""
        return self.people[self.cleaned_data["person"]]

    def letter(self) -> Letter:
        """What the service takes."""
        cleaned = self.cleaned_data
        return Letter(
            motivation=cleaned["motivation"],
            phone=cleaned["phone"],
            cv=cleaned.get("cv"),
            shared_with_centre=cleaned.get("shared_with_centre", False),
            states_age=cleaned.get("states_age", False),
        )


class InterviewForm(forms.Form):
    """When and where one meets."""

    interview_at = forms.DateTimeField(
        label=_("Day and hour"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    interview_place = forms.CharField(
        label=pgettext_lazy("meeting", "Place"),
        help_text=_("An address, or a telephone or video call."),
        max_length=300,
    )
    text = forms.CharField(
        label=_("Message"), max_length=1500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ProposeForm(forms.Form):
    """What one says with a place."""

    text = forms.CharField(
        label=_("Message"),
        help_text=_("What happens next: whom to call, what to bring to sign."),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RefuseForm(forms.Form):
    """Why one says no."""

    outcome = forms.ChoiceField(
        label=_("Reason"),
        choices=[*NONE, *((str(one), capfirst(one.label)) for one in OF_COMPANY)],
        help_text=_("The person reads it."),
    )
    text = forms.CharField(
        label=_("Message"),
        help_text=_("A word that helps for the next application."),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


ANSWERS: dict[str, type[forms.Form]] = {
    "invite": InterviewForm,
    "propose": ProposeForm,
    "refuse": RefuseForm,
}
"""The form of each answer of a company."""
__all__ = ["ANSWERS", "ApplyForm", "CloseForm", "InterviewForm", "OfferForm", "ProposeForm", "RefuseForm"]
