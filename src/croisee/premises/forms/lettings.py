"""The forms of visits, options and lettings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.foundation.forms import RecordForm, day_field
from croisee.premises.models import Letting, Visit


class VisitForm(RecordForm[Visit]):
    """When and where one meets."""

    at = forms.DateTimeField(
        label=gettext_lazy("on"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    class Meta:
        model = Visit
        fields = ("at", "meeting_point")

    def _post_clean(self) -> None:
        """The service checks."""


class NoteForm(forms.Form):
    """What was said during a visit."""

    note = forms.CharField(
        label=gettext_lazy("What was said"),
        help_text=gettext_lazy("What pleased, what is missing; nothing private."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=1500,
        required=False,
    )


class OptionForm(forms.Form):
    """Until when a unit is kept."""

    until = day_field(
        gettext_lazy("Until"), help_text=gettext_lazy("The last day, three months from now at most.")
    )


class LettingForm(RecordForm[Letting]):
    """A letting: to a company known here, or by its name."""

    tenant = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=pgettext_lazy("letting", "company known here"),
        required=False,
        empty_label=pgettext_lazy("list", "– another –"),
    )

    class Meta:
        model = Letting
        fields = ("tenant", "tenant_name", "kind", "starts_on", "ends_on", "rent", "jobs")
        help_texts = {
            "tenant_name": gettext_lazy("Of a company that is not known here; never of a private person."),
            "ends_on": gettext_lazy("Needed for a short lease (bail dérogatoire)."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["tenant"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = Organisation.objects.filter(kind=Kind.EMPLOYER).order_by("name")

    def clean(self) -> dict[str, Any]:
        """One says who occupies the premises."""
        values = super().clean() or {}
        if not values.get("tenant") and not (values.get("tenant_name") or "").strip():
            raise ValidationError({"tenant_name": _("Say who occupies the premises.")})
        return values

    def _post_clean(self) -> None:
        """The service checks."""

    def values(self) -> dict[str, Any]:
        """What the service writes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class NoticeForm(forms.Form):
    """When the notice was given, and when the occupant leaves."""

    notice_on = day_field(gettext_lazy("Notice given on"), initial=timezone.localdate)
    leaves_on = day_field(
        gettext_lazy("Leaves on"), help_text=gettext_lazy("The last day there: offered from the day after.")
    )


class LeaveForm(forms.Form):
    """The last day of who occupied a unit."""

    left_on = day_field(gettext_lazy("Last day there"), initial=timezone.localdate)
