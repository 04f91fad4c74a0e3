"""The pages of participants: the list, one person's file, and what may be done about it; one's own hours."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from croisee.clauses.forms.people import ParticipantForm, ProlongForm, VerifyForm, WhyForm
from croisee.clauses.journals import journal
from croisee.clauses.models import Assignment, EligibilityState, Participant
from croisee.clauses.proofs import asked
from croisee.clauses.queries import participants as queries
from croisee.clauses.queries.eligibility import Status, eligible_until
from croisee.clauses.services import erasing_people
from croisee.clauses.services import participants as services
from croisee.clauses.views.common_people import form_page, own_account, people_trail, say
from croisee.directory import rome
from croisee.directory import services as directory
from croisee.directory.models import Person, Residence
from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.dates import NO_END, age_in_years
from croisee.foundation.forms import add_refusal
from croisee.foundation.listings import Column, Listing

TONES = {
    Status.NOW: "ok",
    Status.SOON: "warn",
    Status.OVER: "bad",
    Status.TO_CHECK: "info",
    Status.NONE: "",
}
STATES: dict[str, str] = {
    EligibilityState.PROPOSED: "info",
    EligibilityState.VERIFIED: "ok",
    EligibilityState.REFUSED: "bad",
    EligibilityState.WITHDRAWN: "warn",
}
ANOTHER = "another"


def status_words() -> dict[str, str]:
    """What each state of eligibility is called."""
    return {
        Status.NOW: _("eligible"),
        Status.SOON: _("ends within 90 days"),
        Status.OVER: _("over"),
        Status.TO_CHECK: _("to be checked"),
        Status.NONE: _("no criterion yet"),
    }


@role_required(Role.FACILITATEUR)
@require_safe
def participants(request: HttpRequest) -> HttpResponse:
    """Everyone followed: who is eligible, until when, at work or looking."""
    account = signed_in(request)
    words = status_words()
    listing = Listing(
        request,
        queries.listed(account, timezone.localdate()),
        name="participants",
        columns=[
            Column(
                "person",
                _("Person"),
                lambda row: f"{row.person.family_name} {row.person.given_name}",
                "person__family_name",
                link=lambda row: row.get_absolute_url(),
            ),
            Column(
                "eligibility",
                _("Eligibility"),
                lambda row: words[row.eligibility],
                badge=lambda row: TONES[row.eligibility],
            ),
            Column("until", _("Hours count until"), lambda row: row.until, "until"),
            Column("now", _("Now"), _now),
            Column("jobs", _("Jobs (ROME)"), lambda row: ", ".join(row.jobs)),
            Column(
                "minutes",
                _("Minutes to work"),
                lambda row: row.person.profile.minutes,
                "person__profile__minutes",
                numeric=True,
            ),
            Column("mode", _("Travels"), lambda row: row.person.profile.get_mode_display()),
        ],
        search=["person__family_name", "person__given_name"],
        choices={
            "eligibility": (_("Eligibility"), list(words.items())),
            "working": (_("At work"), [(True, _("at work")), (False, _("not at work"))]),
            "looking": (_("Looking for work"), [(True, _("looking")), (False, _("not looking"))]),
            "jobs__overlap": (_("Trade"), queries.trades_with_jobs()),
        },
        empty_title=_("Nobody yet"),
        empty_text=_(
            "Add a person, or import your table of participants: whoever is eligible is then put forward."
        ),
    )
    if listing.wants_export:
        for team in account.organisations(Role.FACILITATEUR)[:1]:
            record_export(account, team, _("list of participants"))
        return listing.export()
    return render(request, "clauses/people/participants.html", {"listing": listing})


def _now(row: Any) -> str:
    if row.working:
        return _("at work")
    return _("looking for work") if row.looking else _("not looking")


@role_required(Role.FACILITATEUR)
@require_http_methods(["GET", "HEAD", "POST"])
def new_participant(request: HttpRequest) -> HttpResponse:
    """Add a person; somebody of the same name and birth date is shown first."""
    form = ParticipantForm(request.POST or None)
    known: list[Person] = []
    if request.method == "POST" and form.is_valid():
        try:
            values = dict(form.cleaned_data)
            same = values.pop("same")
            participant = services.add_participant(
                values, signed_in(request), person=_same(values, same), another=same == ANOTHER
            )
        except directory.AlreadyKnown as refusal:
            known = queries.with_participation(refusal.people)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            say(request, _("The person is added. Now say why they are eligible, with the proof."))
            return redirect("clauses:new_eligibility", participant.pk)
    return form_page(
        request, form, _("New participant"), _("Add the person"), people_trail(), known=_shown_known(known)
    )


def _same(values: dict[str, Any], same: str) -> Person | None:
    """The known person whom the reader chose: only among those of that very name and birth date."""
    found = directory.people_named(*(values[name] for name in directory.IDENTITY))
    return next((one for one in found if str(one.pk) == same), None)


def _shown_known(people: list[Person]) -> list[dict[str, Any]]:
    """Known people of the same name and birth date; whether each is a participant already."""
    return [
        {
            "pk": str(one.pk),
            "name": str(one),
            "is_participant": getattr(one, "is_participant", False),
            "url": one.clause_participant.get_absolute_url() if getattr(one, "is_participant", False) else "",
        }
        for one in people
    ]


@role_required(Role.FACILITATEUR)
@require_safe
def participant(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file of a person."""
    account, today = signed_in(request), timezone.localdate()
    shown: Any = get_object_or_404(queries.with_file(account), pk=pk)
    contact = shown.person.own[0] if shown.person.own else None
    record_read(account, shown, _("file of a participant"), contact.account if contact else None)
    parts = journal(request, account, shown)
    if parts["journal"].wants_export:
        record_export(account, shown, _("journal of a participant"))
        return parts["journal"].export()  # type: ignore[no-any-return]  # the parts are of several types
    contracts = list(queries.contracts_of(account, shown))
    context = {
        **parts,
        "participant": shown,
        "person": shown.person,
        "profile": shown.person.profile,
        "contact": contact,
        "age": age_in_years(shown.person.birth_date, today),
        "jobs": [rome.label_of(code) for code in shown.person.profile.jobs],
        "criteria": [_criterion(row) for row in shown.criteria],
        "until": eligible_until([shown.pk], today).get(shown.pk),
        "no_end": NO_END,
        "contracts": contracts,
        "hours": sum(row.done for row in contracts),
        "working": any(row.state == "hired" for row in contracts),
        "residence_tone": {Residence.YES: "info", Residence.UNCERTAIN: "warn"}.get(
            shown.person.residence, ""
        ),
        "why": WhyForm(auto_id=False),
        "trail": people_trail(),
    }
    return render(request, "clauses/people/participant.html", context)


def _criterion(row: Any) -> dict[str, Any]:
    """A criterion as the page shows it, with the forms that decide on it."""
    return {
        "row": row,
        "tone": STATES[row.state],
        "asked": asked(row.criterion),
        "verify": VerifyForm(prefix=None) if row.state == EligibilityState.PROPOSED else None,
        "prolong": ProlongForm() if row.state == EligibilityState.VERIFIED else None,
    }


def _own(request: HttpRequest, pk: UUID) -> Participant:
    rows = Participant.objects.visible_to(signed_in(request)).select_related("person__profile")
    return get_object_or_404(rows, pk=pk)


@role_required(Role.FACILITATEUR)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_participant(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what is known of a person."""
    account, shown = signed_in(request), _own(request, pk)
    form = ParticipantForm(request.POST or None, shown)
    if request.method == "POST" and form.is_valid():
        try:
            followed = services.change_participant(shown, form.cleaned_data, account, seen=form.seen_at())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            say(request, _("The file is saved."), followed)
            return redirect(shown)
    record_read(account, shown, _("file of a participant"), own_account(shown))
    return form_page(request, form, _("Change the file"), _("Save"), people_trail(shown))


@role_required(Role.FACILITATEUR)
@require_POST
def set_looking(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note whether the person looks for work: `looking` is `yes` or `no`."""
    shown = _own(request, pk)
    services.set_looking(shown, request.POST.get("looking") == "yes")
    text = _("Noted: looks for work.") if shown.looking else _("Noted: does not look for work.")
    messages.success(request, text)
    return redirect(shown)


@role_required(Role.FACILITATEUR)
@require_POST
def invite_participant(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Invite the person to read the own hours."""
    shown = _own(request, pk)
    try:
        account = services.invite(shown, signed_in(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        text = _("An e-mail has gone to %(email)s: it says how to sign in.")
        messages.success(request, text % {"email": account.email})
    return redirect(shown)


@role_required(Role.FACILITATEUR)
@require_POST
def erase_participant(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Erase a person for good; validated hours stay, without a name."""
    erasing_people.erase_participant(_own(request, pk), signed_in(request))
    messages.success(request, _("The person is erased. Validated hours stay, without a name."))
    return redirect("clauses:participants")


@role_required(Role.FAMILY)
@require_safe
def my_hours(request: HttpRequest) -> HttpResponse:
    """What one did, month by month, and until when one's hours count."""
    account, today = signed_in(request), timezone.localdate()
    shown = _oneself(account)
    if shown is None:
        return render(request, "clauses/people/no_hours.html")
    contracts = list(
        queries.contracts_of(account, shown)
        .filter(state__in=("hired", "ended"))
        .prefetch_related("statements")
    )
    context = {
        "participant": shown,
        "until": eligible_until([shown.pk], today).get(shown.pk),
        "no_end": NO_END,
        "contracts": [(row, _months(row)) for row in contracts],
        "hours": sum(row.done for row in contracts),
        "criteria": [(row, STATES[row.state]) for row in shown.eligibilities.order_by("created_at")],
    }
    return render(request, "clauses/people/my_hours.html", context)


def _oneself(account: Account) -> Participant | None:
    own = Participant.objects.visible_to(account).filter(
        person__contacts__account=account, person__contacts__capacity="self"
    )
    return own.select_related("person").first()


def _months(row: Assignment) -> list[Any]:
    """The months declared, newest first: those that count, and those that are waiting."""
    shown = ("sent", "checked", "validated")
    return sorted(
        (one for one in row.statements.all() if one.state in shown), key=lambda one: one.month, reverse=True
    )
