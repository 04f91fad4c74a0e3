"""The form of one row, and the page around it: drawn, checked, saved by a service, refused in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.text import capfirst

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

    from croisee.foundation.accounts.models import Account

M = TypeVar("M", bound=Model)
Words = str | Promise
METHODS = ["GET", "HEAD", "POST"]
"""What a page with a form answers to."""


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A day, written in the browser's own calendar."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options
    )


def add_refusal(form: forms.BaseForm, refusal: ValidationError) -> None:
    """Put what a service refused beside the fields it is about; at the top what is about none of them."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal.messages)
        return
    for name, errors in refusal.message_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, errors)


def moment(text: str) -> dt.datetime | None:
    """The instant that a page wrote in a hidden field; None for anything else."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


class RecordForm(forms.ModelForm, Generic[M]):
    """A form of one row: its labels begin with a capital, its days are dates of the browser.

    `seen` is when the row was last changed as the page was drawn: a service refuses to write over another's change.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict | None = None, *, instance: M, account: Account, **options: Any
    ) -> None:
        super().__init__(data, instance=instance, **options)
        self.account = account
        if not instance._state.adding:
            self.initial["seen"] = instance.updated_at.isoformat()  # type: ignore[attr-defined]  # a Record
        for one in self.fields.values():
            one.label = capfirst(str(one.label))
            if isinstance(one, forms.DateField):
                one.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def last_seen(self) -> dt.datetime | None:
        """When the row was last changed as it was shown; None for a new one."""
        return moment(self.data.get(self.add_prefix("seen"), ""))

    def refuse(self, refusal: ValidationError) -> None:
        """Show why a service refused, beside the field that it names where the form has it."""
        add_refusal(self, refusal)


@dataclass(frozen=True)
class FormPage:
    """What stands around a form: title, lead, the way back, what its button says, what is said once it is saved."""

    title: str
    trail: Sequence[tuple[str, str]]
    lead: str = ""
    button: str = ""
    said: Words = ""
    template: str = "partials/form_page.html"
    extra: dict[str, Any] = field(default_factory=dict)

    def answer(
        self, request: HttpRequest, form: forms.BaseForm, save: Callable[[], Any], to: str = ""
    ) -> HttpResponse:
        """Save what was sent and go to the page of the row (or `to`); otherwise the form, with what is wrong."""
        if request.method == "POST" and form.is_valid():
            try:
                row = save()
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                if self.said:
                    messages.success(request, str(self.said))
                return redirect(to or row.get_absolute_url())
        context = {"page": self, "form": form, "back": self.trail[-1][0], **self.extra}
        return render(request, self.template, context, status=422 if form.is_bound else 200)


def said(request: HttpRequest, act: Callable[[], Any], done: str) -> bool:
    """Do something, and say that it is done or why it was refused; whether it was done."""
    try:
        act()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return False
    messages.success(request, done)
    return True
