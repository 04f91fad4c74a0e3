"""The form of an aid that a company declares."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from croisee.foundation.forms import RecordForm
from croisee.incubation.models import Aid


class AidForm(RecordForm[Aid]):
    """An aid that somebody granted: when, how much, who, what for."""

    class Meta:
        model = Aid
        fields = ("granted_on", "amount", "granted_by", "label")
        help_texts = {
            "granted_on": _("The day of the decision, whenever it was paid."),
            "amount": _(
                "As the letter of the grantor gives it: for a loan or a guarantee, its grant equivalent."
            ),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"].widget.attrs["min"] = "0.01"
