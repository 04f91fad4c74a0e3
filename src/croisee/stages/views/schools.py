"""The campaign as a school follows it: its classes, their weeks, each pupil; whom to remind."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from croisee.foundation.accounts.access import role_required, signed_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.services import record_export, record_read
from croisee.foundation.listings import Column, Listing
from croisee.stages import next_for_schools, wording
from croisee.stages.forms.schools import WeeksForm
from croisee.stages.models import Campaign
from croisee.stages.phases import WISHES_OPEN, Phase, phase
from croisee.stages.queries import campaigns
from croisee.stages.queries import schools as queries
from croisee.stages.queries.schools import (
    PLACED,
    SCHOOL,
    TONES,
    WITHOUT_PLACE,
    ClassRow,
    Situation,
)
from croisee.stages.services import schools as services

# Once a round is published its wishes are answered: none is left to count until the next one.
WISHES_COUNT = WISHES_OPEN | {Phase.CLOSED, Phase.SECOND_CLOSED}


@role_required(*SCHOOL)
def school(request: HttpRequest) -> HttpResponse:
    """My classes: in the campaign of now; its page leads to the others."""
    campaign = campaigns.current(signed_in(request))
    if campaign is None:
        return render(request, "stages/schools/none.html")
    return redirect("stages:school_campaign", campaign.pk)


@role_required(*SCHOOL)
def school_campaign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Class by class, how far the pupils are, and what to do next."""
    account, campaign = signed_in(request), campaign_of(request, pk)
    rows = queries.class_rows(campaign, account)
    listing = Listing(
        request,
        rows,
        name="classes",
        columns=_class_columns(campaign, rows),
        empty_title=_("No class for this school year"),
        empty_text=_("Send the list of your pupils: classes and pupils are made from it."),
    )
    if listing.wants_export:
        return listing.export()
    context = {
        "campaign": campaign,
        "phase": phase(campaign),
        "listing": listing,
        "steps": next_for_schools.steps(campaign, rows, account),
        "dates": next_for_schools.dates(campaign),
        "has_classes": bool(rows),
        "schools": sorted({row.school for row in rows}),
        "others": [(one, phase(one)) for one in campaigns.others(campaign, account)],
        "rounds": campaigns.rounds_of(campaign, account),
        "wishes_open": phase(campaign) in WISHES_OPEN,
        **links(request, campaign),
    }
    return render(request, "stages/schools/campaign.html", context)


def _class_columns(campaign: Campaign, rows: list[ClassRow]) -> list[Column]:
    address = reverse("stages:follow_up", args=[campaign.pk])

    def counted(name: str, label: str, *situations: Situation) -> Column:
        """Pupils in these situations, with a link to them when they are of one."""

        def link(row: ClassRow) -> str | None:
            if not row.of(*situations):
                return None
            one = f"&situation={situations[0]}" if len(situations) == 1 else ""
            return f"{address}?school_class={row.school_class.pk}{one}"

        return Column(name, label, lambda row: row.of(*situations), "n", numeric=True, link=link)

    columns = [
        Column("name", _("Class"), sort="n", link=lambda row: f"{address}?school_class={row.school_class.pk}")
    ]
    if len({row.school for row in rows}) > 1:
        columns.append(Column("school", _("School"), sort="n"))
    columns.append(Column("pupils", _("Pupils"), sort="n", numeric=True))
    if campaign.published_turn == 0:
        columns += [
            counted("no_wish", _("Without a wish"), Situation.NO_WISH),
            counted("wished", _("With wishes"), Situation.WISHED),
        ]
    else:
        columns += [
            Column(
                "no_place",
                _("Without a place"),
                lambda row: row.of(*WITHOUT_PLACE),
                "n",
                numeric=True,
                link=lambda row: f"{address}?school_class={row.school_class.pk}&has_place=False",
            ),
            counted("offered", _("To confirm"), Situation.OFFERED),
        ]
    return [
        *columns,
        counted("confirmed", _("Place confirmed"), *PLACED),
        counted("to_sign", _("Convention to sign"), Situation.TO_SIGN),
        counted("signed", _("Signed"), Situation.SIGNED),
        Column(
            "monday",
            _("Week"),
            lambda row: wording.week_of_monday(row.monday) if row.monday else _("to be set"),
            badge=lambda row: "" if row.monday else "bad",
        ),
    ]


@role_required(*SCHOOL)
def class_weeks(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The week of each class; a change that touches pupils is shown before it is done."""
    account, campaign = signed_in(request), campaign_of(request, pk)
    weeks = queries.weeks(campaign, account)
    seen = services.weeks_fingerprint(weeks)
    form = WeeksForm(
        request.POST or None,
        classes=queries.classes(campaign, account),
        weeks=weeks,
        mondays=services.mondays(campaign),
        seats=queries.seats_by_week(campaign),
    )
    allowed = services.may_set_weeks(campaign, account)
    if request.method == "POST" and request.POST.get("seen") != seen:
        messages.error(
            request,
            _("The weeks were changed meanwhile, in another tab or by a colleague: here they are now."),
        )
        return redirect("stages:class_weeks", pk)
    if request.method == "POST" and form.is_valid():
        return _set_weeks(request, campaign, form, seen)
    context = {
        "campaign": campaign,
        "form": form,
        "seen": seen,
        "allowed": allowed,
        "has_classes": bool(form.fields),
    }
    return render(request, "stages/schools/weeks.html", context | links(request, campaign))


def _set_weeks(request: HttpRequest, campaign: Campaign, form: WeeksForm, seen: str) -> HttpResponse:
    account, wanted = signed_in(request), form.wanted()
    try:
        said = services.set_weeks(campaign, account, wanted, agreed=request.POST.get("agreed", ""))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("stages:class_weeks", campaign.pk)
    except services.NotAgreed:
        changes = services.what_follows(campaign, account, wanted)
        context = {
            "campaign": campaign,
            "changes": changes,
            "agreed": services.fingerprint(changes),
            "seen": seen,
            "wanted": [(str(key), monday.isoformat()) for key, monday in wanted.items()],
            **links(request, campaign),
        }
        return render(request, "stages/schools/weeks_confirm.html", context)
    messages.success(request, " ".join([_("The weeks are set."), *said]))
    return redirect("stages:school_campaign", campaign.pk)


@role_required(*SCHOOL)
def follow_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Each pupil: who has no wish, no place, no signature; whom to remind."""
    account, campaign = signed_in(request), campaign_of(request, pk)
    listing = _pupils(request, campaign, account)
    if listing.wants_export:
        record_export(account, campaign, _("follow-up of the pupils of one's classes"))
        return listing.export()
    record_read(account, campaign, _("follow-up of the pupils of one's classes"))
    context = {
        "campaign": campaign,
        "listing": listing,
        "query": request.GET.urlencode(),
        "wishes_open": phase(campaign) in WISHES_OPEN,
        **links(request, campaign),
    }
    return render(request, "stages/schools/follow_up.html", context)


def _pupils(request: HttpRequest, campaign: Campaign, account: Account) -> Listing:
    classes = queries.taking_part(campaign, account)
    several = len({row.school_id for row in classes}) > 1
    return Listing(
        request,
        queries.pupils(campaign, account),
        name="pupils",
        columns=_pupil_columns(campaign, export="export" in request.GET),
        search=["person__given_name", "person__family_name", "reference"],
        choices={
            "school_class": (
                _("Class"),
                [(row.pk, f"{row.name}, {row.school}" if several else row.name) for row in classes],
            ),
            "situation": (_("Situation"), Situation.choices),
            "has_place": (_("Place"), [("True", _("with a place")), ("False", _("without a place"))]),
            "reachable": (_("E-mail"), [("True", _("known")), ("False", _("none: on paper"))]),
        },
        empty_title=_("No pupil yet"),
        empty_text=_("Send the list of your pupils: classes and pupils are made from it."),
    )


def _pupil_columns(campaign: Campaign, *, export: bool) -> list[Column]:
    wishes_open = phase(campaign) in WISHES_OPEN

    def page(name: str) -> Any:
        return lambda row: reverse(f"stages:{name}", args=[row.person_id])

    def direct(row: Any) -> str | None:
        return None if row.has_place else reverse("stages:direct_place", args=[campaign.pk, row.person_id])

    def place(row: Any) -> str | None:
        if row.has_place:
            return f"{row.place}, {row.host}"
        return None if export else _("enter a place found")

    def convention(row: Any) -> str | None:
        return reverse("stages:convention", args=[row.convention]) if row.convention else None

    def paper(row: Any) -> str | None:
        open_to_wishes = wishes_open and not row.has_place and row.monday
        return reverse("stages:paper_wishes", args=[campaign.pk, row.person_id]) if open_to_wishes else None

    columns = [
        Column(
            "pupil",
            _("Pupil"),
            lambda row: f"{row.person.family_name} {row.person.given_name}",
            "person__family_name",
            link=page("my_internship"),
            pick=lambda row: str(row.pk),
        ),
        Column(
            "situation",
            _("Situation"),
            lambda row: Situation(row.situation).label,
            "situation",
            badge=lambda row: TONES[Situation(row.situation)],
        ),
        Column("school_class", _("Class"), lambda row: row.school_class.name, "school_class__name"),
    ]
    if phase(campaign) in WISHES_COUNT:
        columns.append(Column("wishes", _("Wishes"), sort="wishes", numeric=True, link=page("wishes")))
    columns += [
        Column("place", _("Place"), place, "place", link=direct),
        Column("reachable", _("E-mail"), sort="reachable", badge=lambda row: "" if row.reachable else "warn"),
    ]
    if export:
        return [*columns, Column("reference", _("Reference")), Column("monday", _("Monday of the week"))]
    shown = lambda row: _("convention") if row.convention else ""  # noqa: E731  beside its link
    columns.append(Column("convention", _("Convention"), shown, link=convention))
    if wishes_open:
        columns.append(
            Column("paper", _("On paper"), lambda row: _("enter wishes") if paper(row) else "", link=paper)
        )
    return columns


@role_required(*SCHOOL)
@require_POST
def remind_families(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write to the families of the pupils chosen, or of all those listed, about what is left to do."""
    account, campaign = signed_in(request), campaign_of(request, pk)
    rows = chosen(request, campaign, account)
    if request.POST.get("whom") == "listed":
        rows = list(_pupils(request, campaign, account).matching)
    if rows:
        done = services.remind(campaign, rows)
        messages.success(request, " ".join(_reminded(done)))
    else:
        messages.error(request, _("Tick the pupils first."))
    query = request.GET.urlencode()
    return redirect(reverse("stages:follow_up", args=[pk]) + (f"?{query}" if query else ""))


def _reminded(done: services.Reminded) -> list[str]:
    said = [ngettext("%d family is written to.", "%d families are written to.", done.told) % done.told]
    if not done.told:
        said = [_("No reminder went out.")]
    if done.already:
        text = ngettext("%d was today already.", "%d were today already.", done.already)
        said.append(text % done.already)
    if done.unreachable:
        text = ngettext(
            "%d has no account: invite it from the pupil's file, or print a paper form.",
            "%d have no account: invite them from the pupil's file, or print paper forms.",
            done.unreachable,
        )
        said.append(text % done.unreachable)
    if done.nothing_left:
        text = ngettext(
            "For %d pupil nothing is left to do by the family.",
            "For %d pupils nothing is left to do by the family.",
            done.nothing_left,
        )
        said.append(text % done.nothing_left)
    return said


def chosen(request: HttpRequest, campaign: Campaign, account: Account) -> list[Any]:
    """The pupils whose boxes are ticked, among one's own; what is no identifier counts as none."""
    ids = []
    for text in request.POST.getlist("chosen"):
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return list(queries.pupils(campaign, account).filter(pk__in=ids)) if ids else []


def campaign_of(request: HttpRequest, pk: UUID) -> Campaign:
    """The campaign, if announced: schools read no draft."""
    return get_object_or_404(Campaign.objects.visible_to(request.user), pk=pk)


def links(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    """The tabs of a campaign's pages for schools, and the page above."""
    pages = [
        ("stages:school_campaign", _("My classes")),
        ("stages:class_weeks", _("Weeks")),
        ("stages:follow_up", _("Pupils")),
        ("stages:batch_conventions", _("Conventions")),
    ]
    found = [(reverse(name, args=[campaign.pk]), label) for name, label in pages]
    return {
        "tabs": [(url, label, url == request.path) for url, label in found],
        "home": reverse("stages:school_campaign", args=[campaign.pk]),
    }
