"""A pupil: the file, and what may be done about it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.directory import queries, services
from croisee.directory.forms.classes import LeaveForm, MoveForm, PupilForm
from croisee.directory.models import OF_PUPILS, Capacity, Consent, Contact, Person, Purpose, Residence
from croisee.directory.views.classes import TONES
from croisee.directory.views.common import HEAD, SCHOOL, classes_trail, form_page, own_class, own_pupil, say
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.audit.services import record_read
from croisee.foundation.forms import add_refusal


@role_required(HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def new_pupil(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a pupil to a class by hand."""
    school_class = own_class(request, pk, heads=True)
    form = PupilForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.add_pupil(
                school_class, form.cleaned_data, answer_only=form.cleaned_data["answer_only"]
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            text = _("%(name)s is in class %(class)s. Add whom to write to.")
            messages.success(request, text % {"name": str(person), "class": school_class.name})
            return redirect("directory:person", person.pk)
    back = (reverse("directory:school_class", args=[pk]), school_class.name)
    return form_page(request, form, _("New pupil"), _("Add the pupil"), back, trail=[*classes_trail(), back])


@role_required(*SCHOOL)
@require_safe
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file of a pupil."""
    account = signed_in(request)
    shown = own_pupil(request, pk)
    enrolment = queries.current_enrolment(shown)
    if enrolment is None:
        raise Http404(str(pk))
    school_class = enrolment.school_class
    heads = queries.heads(account, school_class.school)
    contacts = list(Contact.objects.visible_to(account).filter(person=shown).select_related("account"))
    own = next((one.account for one in contacts if one.capacity == Capacity.SELF), None)
    record_read(account, shown, _("file of a pupil"), own)
    others = queries.classes_of(account).filter(school=school_class.school_id).exclude(pk=school_class.pk)
    context = {
        "person": shown,
        "enrolment": enrolment,
        "contacts": contacts,
        "consents": _consents(account, shown),
        "tone": TONES[Residence(shown.residence)],
        "heads": heads,
        "move_form": MoveForm(others) if heads else None,
        "leave_form": LeaveForm() if heads else None,
        "trail": [
            *classes_trail(),
            (reverse("directory:school_class", args=[school_class.pk]), school_class.name),
        ],
    }
    return render(request, "directory/person.html", context)


def _consents(account: Any, person: Person) -> list[tuple[Purpose, list[Consent], bool]]:
    """Each purpose, the consents to it with their dates, and whether one is in force."""
    rows = list(Consent.objects.visible_to(account).filter(person=person).select_related("recorded_by"))
    by_purpose = [(purpose, [row for row in rows if row.purpose == purpose]) for purpose in OF_PUPILS]
    return [(purpose, found, any(row.withdrawn_at is None for row in found)) for purpose, found in by_purpose]


@role_required(HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct what is known of a pupil."""
    shown = own_pupil(request, pk, heads=True)
    form = PupilForm(request.POST or None, person=shown)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            followed = services.change_person(
                shown,
                values,
                signed_in(request),
                seen=values.pop("seen"),
                answer_only=values.pop("answer_only"),
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            say(request, _("The pupil's file is saved."), followed)
            return redirect("directory:person", pk)
    back = (reverse("directory:person", args=[pk]), str(shown))
    return form_page(request, form, _("Change the file"), _("Save"), back, trail=[*classes_trail(), back])


@role_required(HEAD)
@require_POST
def home(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask again about the address, or forget it and keep the answer: `do` is `ask` or `forget`."""
    shown = own_pupil(request, pk, heads=True)
    forgets = _asked(request) == "forget"
    verb = services.forget_address if forgets else services.ask_home_again
    try:
        followed = verb(shown, signed_in(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        say(
            request,
            _("The address is forgotten.") if forgets else _("The address is answered about."),
            followed,
        )
    return redirect("directory:person", pk)


@role_required(HEAD)
@require_POST
def move_pupil(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a pupil into another class."""
    shown = own_pupil(request, pk, heads=True)
    school = queries.school_of(shown)
    form = MoveForm(queries.classes_of(signed_in(request)).filter(school=school), request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a class of your school."))
        return redirect("directory:person", pk)
    chosen = form.cleaned_data["school_class"]
    followed = services.move_pupil(shown, chosen, signed_in(request))
    say(
        request,
        _("%(name)s is in class %(class)s.") % {"name": str(shown), "class": chosen.name},
        followed,
    )
    return redirect("directory:person", pk)


@role_required(HEAD)
@require_POST
def leave_class(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that a pupil left."""
    shown = own_pupil(request, pk, heads=True)
    enrolment = queries.current_enrolment(shown)
    form = LeaveForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(_("Write the day of the departure."))
        followed = services.leave(shown, signed_in(request), form.cleaned_data["left_on"])
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("directory:person", pk)
    say(request, _("The departure is noted. You may undo it for 30 days."), followed)
    return (
        redirect("directory:school_class", enrolment.school_class_id)
        if enrolment
        else redirect("directory:classes")
    )


@role_required(HEAD)
@require_POST
def come_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Undo a departure, by its enrolment."""
    account = signed_in(request)
    enrolment = get_object_or_404(queries.left_lately(account), pk=pk)
    try:
        followed = services.come_back(enrolment, account)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("directory:classes")
    say(request, _("The departure is undone."), followed)
    return redirect("directory:person", enrolment.person_id)


@role_required(HEAD)
@require_POST
def erase_person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Erase a pupil for good."""
    shown = own_pupil(request, pk, heads=True)
    enrolment = queries.current_enrolment(shown)
    followed = services.erase_person(shown, signed_in(request))
    say(request, _("The pupil and all that was kept about them is erased."), followed)
    return (
        redirect("directory:school_class", enrolment.school_class_id)
        if enrolment
        else redirect("directory:classes")
    )


@role_required(HEAD)
@require_POST
def consent(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record that a consent is given, or withdrawn."""
    shown = own_pupil(request, pk, heads=True)
    asked = request.POST.get("purpose", "")
    if asked not in OF_PUPILS:
        raise Http404(asked)
    gives = _asked(request) == "give"
    verb = services.give_consent if gives else services.withdraw_consent
    followed = verb(shown, Purpose(asked), signed_in(request))
    say(request, _("The consent is recorded.") if gives else _("The consent is withdrawn."), followed)
    return redirect("directory:person", pk)


def _asked(request: HttpRequest) -> str:
    """Which button of a form was pressed."""
    return request.POST.get("do", "")
