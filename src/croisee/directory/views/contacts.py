"""Whom one writes to about a pupil."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from croisee.directory import services
from croisee.directory.forms.contacts import ContactForm
from croisee.directory.models import Person
from croisee.directory.views.common import HEAD, classes_trail, form_page, own_contact, own_pupil, say
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.forms import add_refusal


@role_required(HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def add_contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add somebody to write to."""
    person = own_pupil(request, pk, heads=True)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_contact(person, form.cleaned_data, signed_in(request))
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The contact is added."))
            return redirect("directory:person", pk)
    return _page(request, form, person, _("New contact"), _("Add the contact"))


@role_required(HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct a contact."""
    contact = own_contact(request, pk)
    form = ContactForm(request.POST or None, contact=contact)
    if request.method == "POST" and form.is_valid():
        try:
            followed = services.change_contact(contact, form.cleaned_data, signed_in(request))
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            say(request, _("The contact is saved."), followed)
            return redirect("directory:person", contact.person_id)
    return _page(request, form, contact.person, _("Change the contact"), _("Save"))


@role_required(HEAD)
@require_POST
def invite_contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Invite a contact, or write to it again."""
    contact = own_contact(request, pk)
    try:
        account = services.invite_contact(contact, signed_in(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        text = _("An e-mail has gone to %(email)s: it says how to sign in.")
        messages.success(request, text % {"email": account.email})
    return redirect("directory:person", contact.person_id)


@role_required(HEAD)
@require_POST
def remove_contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a contact away."""
    contact = own_contact(request, pk)
    followed = services.remove_contact(contact, signed_in(request))
    say(request, _("The contact is removed."), followed)
    return redirect("directory:person", contact.person_id)


def _page(request: HttpRequest, form: ContactForm, person: Person, heading: str, button: str) -> HttpResponse:
    back = (reverse("directory:person", args=[person.pk]), str(person))
    return form_page(request, form, heading, button, back, trail=[*classes_trail(), back])
