"""What the pages about people share: a page of one form, what is said after a change, whose account a file is."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.clauses.models import Participant
from croisee.directory.models import Capacity
from croisee.foundation.accounts.models import Account

Trail = list[tuple[str, str]]


def form_page(
    request: HttpRequest, form: forms.Form, heading: str, button: str, trail: Trail, **more: Any
) -> HttpResponse:
    """A page of one form; the last of `trail` is where to go back to. `more`: lead, known (people of the same name)."""
    context = {"form": form, "heading": heading, "button": button, "trail": trail, "back": trail[-1][0]}
    return render(request, "clauses/people/form.html", {"lead": "", "known": [], **context, **more})


def say(request: HttpRequest, done: str, followed: Iterable[str] = ()) -> None:
    """Say what was done, then what followed."""
    messages.success(request, done)
    for sentence in followed:
        messages.info(request, sentence)


def own_account(participant: Participant) -> Account | None:
    """The person's own account, which reads who opened the file."""
    contact = (
        participant.person.contacts.filter(capacity=Capacity.SELF, account__isnull=False)
        .select_related("account")
        .first()
    )
    return contact.account if contact else None


def people_trail(participant: Participant | None = None) -> Trail:
    """The pages above a participant's."""
    trail = [(reverse("clauses:participants"), _("Participants"))]
    return trail if participant is None else [*trail, (participant.get_absolute_url(), str(participant))]


def needs_trail() -> Trail:
    """The page above a need's."""
    return [(reverse("clauses:needs"), _("Needs of companies"))]
