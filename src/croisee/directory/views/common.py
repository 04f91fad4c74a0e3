"""What the pages of the directory share: the rows that one may open, forms, and what is said after a change."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.directory import queries
from croisee.directory.models import Contact, Person, SchoolClass
from croisee.foundation.accounts.access import signed_in
from croisee.foundation.accounts.roles import Role

SCHOOL = (Role.SCHOOL_HEAD, Role.SCHOOL_STAFF)
HEAD = Role.SCHOOL_HEAD


def own_class(request: HttpRequest, pk: UUID, *, heads: bool = False) -> SchoolClass:
    """A class of one's school; with `heads`, only where one is its head. 404 otherwise."""
    found: SchoolClass = get_object_or_404(queries.classes_of(signed_in(request)), pk=pk)
    if heads and not queries.heads(signed_in(request), found.school):
        raise Http404(str(pk))
    return found


def own_pupil(request: HttpRequest, pk: UUID, *, heads: bool = False) -> Person:
    """A pupil of one's school; with `heads`, only where one is its head. 404 otherwise."""
    found: Person = get_object_or_404(queries.people_in_full(signed_in(request)), pk=pk)
    if heads:
        school = queries.school_of(found)
        if school is None or not queries.heads(signed_in(request), school):
            raise Http404(str(pk))
    return found


def own_contact(request: HttpRequest, pk: UUID) -> Contact:
    """A contact of a pupil of the school that one heads. 404 otherwise."""
    account = signed_in(request)
    contact: Contact = get_object_or_404(
        Contact.objects.visible_to(account).select_related("person", "account"), pk=pk
    )
    own_pupil(request, contact.person_id, heads=True)
    return contact


def say(request: HttpRequest, done: str, followed: Iterable[str] = ()) -> None:
    """Say what was done, then what followed."""
    messages.success(request, done)
    for sentence in followed:
        messages.info(request, sentence)


def form_page(
    request: HttpRequest,
    form: forms.Form,
    heading: str,
    button: str,
    back: tuple[str, str],
    **more: Any,
) -> HttpResponse:
    """A page of one form. `back` is the address and the name of the page it comes from; `more`: lead, trail."""
    context = {
        "form": form,
        "heading": heading,
        "button": button,
        "back": back,
        "lead": "",
        "trail": [],
        **more,
    }
    return render(request, "directory/form.html", context)


def classes_trail() -> list[tuple[str, str]]:
    """The pages above a class."""
    return [(reverse("directory:classes"), _("Class lists"))]
