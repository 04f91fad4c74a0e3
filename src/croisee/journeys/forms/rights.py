"""The forms of consents and of access to journeys."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.directory.models import Given, Purpose
from croisee.foundation.forms import day_field
from croisee.journeys.services.rights import DEFAULT_DAYS, MOST_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from croisee.directory.models import Person
    from croisee.foundation.accounts.models import Account

SALT = "journeys.found_elsewhere"
FOUND_FOR = dt.timedelta(hours=1)


class RecordForm(forms.Form):
    """A consent that the person gave on paper or by word of mouth: to what, how, when."""

    purpose = forms.ChoiceField(label=gettext_lazy("Consent to"))
    how = forms.ChoiceField(
        label=gettext_lazy("How it was given"),
        choices=[(one.value, one.label) for one in (Given.PAPER, Given.SPOKEN)],
        widget=forms.RadioSelect,
    )
    given_on = day_field(gettext_lazy("Given on"))

    def __init__(self, data: Any, missing: Iterable[Purpose]) -> None:
        super().__init__(data)
        purpose: Any = self.fields["purpose"]
        purpose.choices = [(one.value, Purpose(one).label) for one in missing]
        self.fields["given_on"].initial = timezone.localdate()


class FindForm(forms.Form):
    """Whom one looks for: the very name and birth date, so that nobody goes through people."""

    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=100)
    given_name = forms.CharField(label=gettext_lazy("First name"), max_length=100)
    birth_date = day_field(gettext_lazy("Born on"))


class AskForm(forms.Form):
    """Why one needs to see a journey. `found` says whose: only who was found can be asked about."""

    found = forms.CharField(widget=forms.HiddenInput, max_length=500)
    reason = forms.CharField(
        label=gettext_lazy("Why you need to see this journey"),
        help_text=gettext_lazy("The référent reads it and decides; the person can read it too."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any, account: Account, *, found: str = "") -> None:
        super().__init__(data, initial={"found": found}, auto_id=f"ask-{found[:8]}-%s" if found else "id_%s")
        self.account = account

    def clean_found(self) -> str:
        """The identifier of the person found. Refused after an hour, or when somebody else found it."""
        try:
            told = signing.loads(self.cleaned_data["found"], salt=SALT, max_age=FOUND_FOR)
        except signing.BadSignature:
            told = {}
        if told.get("by") != str(self.account.pk):
            raise ValidationError(_("Look for the person again: this search is over."), code="over")
        return str(told["person"])


def token_of(person: Person, account: Account) -> str:
    """What says, for an hour, that `account` found a person."""
    return signing.dumps({"person": str(person.pk), "by": str(account.pk)}, salt=SALT)


class AnswerForm(forms.Form):
    """Until when a journey is open to a colleague; or why it is not."""

    until = day_field(gettext_lazy("Open until"), required=False)
    answer = forms.CharField(
        label=gettext_lazy("A word to your colleague"),
        help_text=gettext_lazy("Needed to refuse."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        today = timezone.localdate()
        until = self.fields["until"]
        until.initial = today + dt.timedelta(days=DEFAULT_DAYS)
        until.help_text = _("%(days)d days from now at most.") % {"days": MOST_DAYS}
        until.widget.attrs |= {
            "min": today.isoformat(),
            "max": (today + dt.timedelta(days=MOST_DAYS)).isoformat(),
        }
