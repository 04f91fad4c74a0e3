"""A page with one form of one row: drawn, checked, saved by a service, refused in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.http import HttpRequest

    from croisee.clauses.forms.operations import RecordForm

TEMPLATE = "clauses/operations/form.html"


@dataclass(frozen=True)
class FormPage:
    """What stands around a form: title, lead, the way back, what its button says, what is said once it is saved."""

    title: str
    trail: Sequence[tuple[str, str]]
    lead: str = ""
    button: str = ""
    said: str = ""
    template: str = TEMPLATE
    extra: dict[str, Any] = field(default_factory=dict)

    def answer(
        self, request: HttpRequest, form: RecordForm[Any], save: Callable[[], Any], to: str = ""
    ) -> HttpResponse:
        """Save what was sent and go to the page of the row (or `to`); otherwise the form, with what is wrong."""
        if request.method == "POST" and form.is_valid():
            try:
                row = save()
            except ValidationError as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, self.said or _("Saved."))
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
