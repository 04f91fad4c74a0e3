"""Classes and who is in them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.directory import queries, services
from croisee.directory.class_lists.kind import address_for_class, address_for_school
from croisee.directory.forms.classes import ClassForm
from croisee.directory.models import Residence
from croisee.directory.views.common import HEAD, SCHOOL, classes_trail, form_page, own_class
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.forms import add_refusal
from croisee.foundation.listings import Column, Listing

TONES = {Residence.YES: "ok", Residence.UNCERTAIN: "warn", Residence.NO: "info", Residence.UNKNOWN: "bad"}


@role_required(*SCHOOL)
@require_safe
def classes(request: HttpRequest) -> HttpResponse:
    """The classes of one's school."""
    account = signed_in(request)
    rows = queries.classes_of(account)
    years = sorted(set(rows.order_by().values_list("school_year", flat=True)), reverse=True)
    schools = list(account.organisations(HEAD))
    columns = [
        Column(
            "name", _("Class"), sort="name", link=lambda row: reverse("directory:school_class", args=[row.pk])
        ),
        Column("school_year", _("School year"), sort="school_year"),
        Column("pupils", _("Pupils"), sort="pupils", numeric=True),
        Column("teacher_name", _("Referent teacher"), sort="teacher_name"),
    ]
    if account.organisations(*SCHOOL).count() > 1:
        columns.insert(1, Column("school", _("School"), sort="school__name"))
    listing = Listing(
        request,
        rows,
        name="classes",
        columns=columns,
        search=["name", "teacher_name", "school__name"],
        choices={"school_year": (_("School year"), [(year, year) for year in years])},
        empty_title=_("No class yet"),
        empty_text=_("Import a class list: its classes are made on the way. Or make a class by hand."),
    )
    if listing.wants_export:
        return listing.export()
    year = queries.current_school_year()
    imports = [(school.name, address_for_school(school, year)) for school in schools]
    context = {"listing": listing, "imports": imports, "may_change": bool(schools), "year": year}
    context["left"] = queries.left_lately(account)[:20] if schools else []
    return render(request, "directory/classes.html", context)


@role_required(HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def new_class(request: HttpRequest) -> HttpResponse:
    """Make a class."""
    schools = signed_in(request).organisations(HEAD)
    form = ClassForm(schools, request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        school = values.pop("school", None) or schools.get()
        try:
            made = services.save_class(school, values)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The class is made. Add its pupils now."))
            return redirect("directory:school_class", made.pk)
    back = (reverse("directory:classes"), _("Class lists"))
    return form_page(request, form, _("New class"), _("Make the class"), back, trail=classes_trail())


@role_required(HEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_class(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a class."""
    school_class = own_class(request, pk, heads=True)
    form = ClassForm([], request.POST or None, school_class=school_class)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_class(school_class.school, form.cleaned_data, school_class)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The class is saved."))
            return redirect("directory:school_class", pk)
    back = (reverse("directory:school_class", args=[pk]), school_class.name)
    return form_page(request, form, _("Change the class"), _("Save"), back, trail=[*classes_trail(), back])


@role_required(HEAD)
@require_POST
def delete_class(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete an empty class; with `do` = `erase`, one that has pupils too, all of them erased."""
    school_class = own_class(request, pk, heads=True)
    try:
        if request.POST.get("do") == "erase":
            services.erase_class(school_class)
        else:
            services.delete_class(school_class)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("directory:school_class", pk)
    messages.success(request, _("Class %(name)s is deleted.") % {"name": school_class.name})
    return redirect("directory:classes")


@role_required(HEAD)
@require_POST
def invite_class(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Invite every family of a class that has an e-mail address and no account yet."""
    school_class = own_class(request, pk, heads=True)
    count = services.invite_class(school_class, signed_in(request))
    text = ngettext("%(n)d person is invited.", "%(n)d people are invited.", count) % {"n": count}
    messages.success(request, text if count else _("Everybody with an e-mail address is invited already."))
    return redirect("directory:school_class", pk)


@role_required(*SCHOOL)
@require_safe
def school_class(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A class and its pupils."""
    account = signed_in(request)
    shown = own_class(request, pk)
    heads = queries.heads(account, shown.school)
    listing = Listing(
        request,
        queries.pupils_of(account, shown),
        name="pupils",
        columns=_pupil_columns(heads=heads),
        search=["person__family_name", "person__given_name", "reference"],
        choices={
            "invited": (_("Contacts"), [("True", _("with an account")), ("False", _("without an account"))]),
            "reachable": (_("E-mail"), [("True", _("with an address")), ("False", _("through the school"))]),
        },
        empty_title=_("No pupil yet"),
        empty_text=_("Import the class list, or add the pupils by hand."),
    )
    if listing.wants_export:
        record_export(account, shown, _("export of the pupils of a class"))
        return listing.export()
    record_read(account, shown, _("list of the pupils of a class"))
    context = {
        "school_class": shown,
        "listing": listing,
        "heads": heads,
        "may_erase": heads and services.may_erase(shown),
        "import_url": address_for_class(shown),
        "trail": classes_trail(),
    }
    return render(request, "directory/school_class.html", context)


def _pupil_columns(*, heads: bool) -> list[Column]:
    columns = [
        Column(
            "family_name",
            _("Family name"),
            lambda row: row.person.family_name,
            "person__family_name",
            link=lambda row: reverse("directory:person", args=[row.person_id]),
        ),
        Column("given_name", _("Given name"), lambda row: row.person.given_name, "person__given_name"),
        Column("birth_date", _("Born on"), lambda row: row.person.birth_date, "person__birth_date"),
        Column("contacts", _("Contacts"), _reached, "invited", badge=_reached_tone),
        Column("reference", _("Reference")),
    ]
    if heads:
        columns.insert(
            3,
            Column(
                "residence",
                _("Priority neighbourhood"),
                lambda row: row.person.get_residence_display(),
                "person__residence",
                badge=lambda row: TONES[Residence(row.person.residence)],
            ),
        )
    return columns


def _reached(row: Any) -> str:
    """How one reaches the family of a pupil of `queries.pupils_of`."""
    if not row.represented:
        return _("no legal representative")
    if row.invited:
        return _("has an account")
    return _("to invite") if row.reachable else _("through the school")


def _reached_tone(row: Any) -> str:
    if not row.represented:
        return "bad"
    return "ok" if row.invited else "warn" if row.reachable else "info"
