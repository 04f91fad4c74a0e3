"""The page of one form, as it is in clauses."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from croisee.foundation import forms

TEMPLATE = "clauses/operations/form.html"
SAVED = gettext_lazy("Saved.")


@dataclass(frozen=True)
class FormPage(forms.FormPage):
    """What stands around a form here."""

    said: forms.Words = SAVED
    template: str = TEMPLATE
