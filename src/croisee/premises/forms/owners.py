"""The form by which an owner is invited to keep the list of its premises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from croisee.foundation.accounts.fields import validate_siret
from croisee.foundation.accounts.models import Organisation

if TYPE_CHECKING:
    from django.db.models import QuerySet


class InviteOwnerForm(forms.Form):
    """Whom one invites, for which owner: one that is known here, or a new one."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=pgettext_lazy("premises", "Owner"),
        required=False,
        empty_label=gettext_lazy("a new owner, named below"),
    )
    new_name = forms.CharField(label=gettext_lazy("Name of the new owner"), max_length=200, required=False)
    siret = forms.CharField(label="SIRET", max_length=14, required=False, validators=[validate_siret])
    email = forms.EmailField(label=gettext_lazy("E-mail address of who keeps the list"))
    name = forms.CharField(label=gettext_lazy("Name of who keeps the list"), max_length=150, required=False)

    def __init__(self, data: Any = None, *, owners: QuerySet[Organisation], **options: Any) -> None:
        super().__init__(data, **options)
        choice = self.fields["organisation"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = owners

    def clean(self) -> dict[str, Any]:
        """An owner that is known, or the name of a new one."""
        values = super().clean() or {}
        if not values.get("organisation") and not values.get("new_name", "").strip():
            self.add_error("new_name", _("Choose an owner, or write the name of a new one."))
        return values
