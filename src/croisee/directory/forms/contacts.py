"""What people fill in about whom one writes to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Capacity, Contact


class ContactForm(forms.Form):
    """A contact of a pupil."""

    capacity = forms.ChoiceField(
        label=_("Who it is"), choices=Capacity.choices, initial=Capacity.LEGAL_REPRESENTATIVE
    )
    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Leave it empty for a family without e-mail: it works through the school."),
    )
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)

    def __init__(self, *args: Any, contact: Contact | None = None, **kwargs: Any) -> None:
        if contact is not None:
            kwargs["initial"] = {name: getattr(contact, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
