"""The form of a handover."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account

MOST_OF_A_NOTE = 1000


def uuids(texts: Sequence[str]) -> list[UUID]:
    """Those of these texts that are identifiers."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


class HandoverForm(forms.Form):
    """To whom, from which day, with which word; a word about each person is beside their name (`note-` and the key)."""

    to = forms.ModelChoiceField(
        queryset=Account.objects.none(), label=_("To whom"), empty_label=_("Choose a référent")
    )
    on = forms.DateField(
        label=_("From"),
        help_text=_("The one before sees the journeys until the eve."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=_("Word for all of them"),
        required=False,
        max_length=MOST_OF_A_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any, referents: QuerySet[Account], today: dt.date | None = None) -> None:
        super().__init__(data, initial={"on": today or timezone.localdate()})
        self.fields["to"].queryset = referents  # type: ignore[attr-defined]  # a ModelChoiceField

    def refuse(self, refusal: Any) -> None:
        """Put what a service refused beside the fields it is about."""
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal.messages)
            return
        for name, errors in refusal.message_dict.items():
            self.add_error(name if name in self.fields else None, errors)
