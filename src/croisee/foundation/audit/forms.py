"""The filters of the journal."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.tracking import audited_models

SHOWN_AT_FIRST = timedelta(days=31)


def day_input() -> forms.DateInput:
    """A date that browsers let people pick."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class JournalForm(forms.Form):
    """Which changes to show. Without anything asked: those of the last month."""

    since = forms.DateField(label=_("From this day"), required=False, widget=day_input())
    until = forms.DateField(label=_("To this day"), required=False, widget=day_input())
    model = forms.ChoiceField(label=_("Thing"), required=False)
    by = forms.EmailField(label=_("By (e-mail address)"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        things = sorted((str(model._meta.verbose_name), model._meta.label) for model in audited_models())
        choices = [("", _("All things")), *((label, name) for name, label in things)]
        self.fields["model"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def clean_model(self) -> type[Model] | None:
        """The model behind the label."""
        label = self.cleaned_data["model"]
        return next((model for model in audited_models() if model._meta.label == label), None)

    def clean_by(self) -> Account | None:
        """The account behind the address."""
        email = self.cleaned_data["by"]
        if not email:
            return None
        account: Account | None = Account.objects.filter(email=email).first()
        if account is None:
            raise forms.ValidationError(_("No account has this address."))
        return account

    def filters(self) -> dict[str, Any]:
        """What `queries.changes` takes."""
        if not self.is_valid():
            return {}
        asked = self.cleaned_data
        since = asked["since"]
        if since is None and asked["until"] is None:
            since = timezone.localdate() - SHOWN_AT_FIRST
        return {"since": since, "until": asked["until"], "model": asked["model"], "account": asked["by"]}
