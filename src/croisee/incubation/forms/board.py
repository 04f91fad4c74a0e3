"""The forms of the board: a notice, an answer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from croisee.foundation.forms import RecordForm
from croisee.incubation.models import Incubator, Post, PostKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from croisee.foundation.accounts.models import Account, Organisation

Voice = tuple[Incubator, "Organisation | None"]
SHOWN_DAYS = 30


class VoiceField(forms.ChoiceField):
    """In whose name one writes: a company hosted there, or the incubator."""

    def __init__(self, voices: Sequence[Voice]) -> None:
        self.voices = {
            f"{place.pk}:{company.pk if company else ''}": (place, company) for place, company in voices
        }
        several = len({place.pk for place, _company in voices}) > 1
        super().__init__(
            label=_("In the name of"),
            choices=[
                (key, f"{company or place}, {place}" if several and company else str(company or place))
                for key, (place, company) in self.voices.items()
            ],
        )


class WithVoice:
    """A form that asks in whose name one writes, when there is a choice."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def ask_voice(self, voices: Sequence[Voice]) -> None:
        """Ask, when there is a choice."""
        self.voices = list(voices)
        if len(self.voices) > 1:
            self.fields = {"voice": VoiceField(self.voices), **self.fields}

    def voice(self) -> Voice:
        """Where, and the company (None: the incubator itself); read once the form is valid."""
        field = self.fields.get("voice")
        if isinstance(field, VoiceField):
            return field.voices[self.cleaned_data["voice"]]
        return self.voices[0]


class PostForm(WithVoice, RecordForm[Post]):
    """A notice."""

    class Meta:
        model = Post
        fields = ("kind", "title", "text", "expires_on")
        widgets = {"kind": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "title": _("For example: lends a drill, shares a stand, buys paper together."),
            "text": _("Companies of the incubator and its team read it, nobody else."),
        }

    def __init__(
        self, data: Any = None, *, instance: Post, account: Account, voices: Sequence[Voice] = ()
    ) -> None:
        super().__init__(data, instance=instance, account=account)
        kind = self.fields["kind"]
        if isinstance(kind, forms.ChoiceField):
            kind.choices = [(value, capfirst(str(label))) for value, label in PostKind.choices]
        if instance._state.adding:
            self.initial["expires_on"] = timezone.localdate() + dt.timedelta(days=SHOWN_DAYS)
            self.ask_voice(voices)


class ReplyForm(WithVoice, forms.Form):
    """An answer."""

    text = forms.CharField(label=_("Your answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data: Any = None, *, voices: Sequence[Voice]) -> None:
        super().__init__(data)
        self.ask_voice(voices)
