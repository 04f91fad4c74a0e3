"""How someone wants each notice."""

from typing import TYPE_CHECKING, Any

from django import forms

from croisee.foundation.notices.declaration import Notice, all_notices
from croisee.foundation.notices.models import Frequency, Preference

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account


class PreferencesForm(forms.Form):
    """One choice a notice that can be disabled, grouped by category."""

    def __init__(self, account: "Account", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = dict(Preference.objects.filter(account=account).values_list("notice", "frequency"))
        for notice in choosable(account):
            self.fields[notice.name] = forms.ChoiceField(
                label=f"{notice.category} : {notice.label}",
                choices=Frequency.choices,
                initial=chosen.get(notice.name, Frequency.IMMEDIATE),
            )


def choosable(account: "Account") -> list[Notice]:
    """The notices that one can receive, and may do without."""
    return [notice for notice in all_notices() if notice.can_be_disabled and notice.concerns(account)]
