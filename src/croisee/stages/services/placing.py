"""The round of a campaign: computed from what people entered, published as places, taken back; places that lapse.

start_round(campaign, turn, account)   the tables, checked as files are, placed, audited, kept: nobody sees it yet
publish_round(round_, account)         wishes become places or not, in one transaction, and everyone is told
withdraw_round(round_, account)        back to wishes, while nobody confirmed anything
lapse_due(now)                         places not confirmed in time go to others
"""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.models import Account
from croisee.foundation.lifecycles.services import TransitionRefused, perform, perform_all
from croisee.foundation.progress.models import Progress
from croisee.foundation.progress.services import background, start
from croisee.foundation.progress.tracking import Tracker, WorkRefused
from croisee.foundation.tables import Fault, Table
from croisee.opportunities.models import Application, ApplicationState, Origin, Period
from croisee.opportunities.services import lock_periods
from croisee.stages import loaded
from croisee.stages.certificate import Source, ineligible
from croisee.stages.files.reading import check_tables
from croisee.stages.kept import offer_rows
from croisee.stages.models import Campaign, CampaignState, Round, RoundState
from croisee.stages.phases import Phase, answer_by, phase
from croisee.stages.queries.market import CampaignMarket, market
from croisee.stages.round import Outcome, Parameters, run
from croisee.stages.services import telling
from croisee.stages.services.rounds import BATCH, loaded_travel, store
from croisee.territory.travel.modes import USUAL_M_PER_MIN

TURNS = (1, 2)
_COMPUTED_IN = {1: Phase.CLOSED, 2: Phase.SECOND_CLOSED}
_WITHDRAWN_IN = {1: Phase.CONFIRMING, 2: Phase.SECOND_CONFIRMING}
MOST_NAMED = 20


def parameters(campaign: Campaign, *, by_timetable: bool = False) -> Parameters:
    """What the campaign's rules make of a round: the draw, and how far a continued list may go.

    By a timetable both limits hold, each in its own measure; by distance the stricter one is minutes of travel.
    """
    minutes = float(campaign.limit_minutes)
    if by_timetable:
        farthest = math.inf if campaign.limit_km is None else campaign.limit_km * 1000.0
        return Parameters(seed=campaign.seed, default_minutes=minutes, farthest_m=farthest)
    if campaign.limit_km is not None:
        minutes = min(minutes, campaign.limit_km * 1000 / USUAL_M_PER_MIN)
    return Parameters(seed=campaign.seed, default_minutes=minutes)


def why_not(campaign: Campaign, turn: int, now: datetime | None = None) -> str | None:
    """Why the round of that turn cannot be computed now, as a sentence; None when it can."""
    if phase(campaign, now) == _COMPUTED_IN[turn]:
        return None
    if campaign.state != CampaignState.ANNOUNCED:
        return _("The campaign is not under way.")
    if campaign.published_turn >= turn:
        return _("This round is published.")
    if campaign.published_turn < turn - 1:
        return _("The first round comes before the second: publish it first.")
    closes_at = campaign.closes_at if turn == 1 else campaign.second_closes_at
    return _("Wishes count until %(moment)s: the round is computed once they are closed.") % {
        "moment": date_format(timezone.localtime(closes_at), "DATETIME_FORMAT")
    }


@transaction.atomic
def start_round(campaign: Campaign, turn: int, account: Account) -> Progress:
    """Compute the round of a turn in the background, in the place of a former computation that nobody saw.

    Raises TransitionRefused when wishes are not closed, or when that round is published. Two clicks make one work.
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if reason := why_not(locked, turn):
        raise TransitionRefused(reason)
    lapse_due()
    round_ = Round.objects.filter(campaign=locked, turn=turn).exclude(state=RoundState.DISCARDED).first()
    if round_ is None:
        round_ = Round.objects.create(
            organisation=locked.organisation,
            campaign=locked,
            turn=turn,
            name=_name(locked, turn),
            school_year=locked.school_year,
            seed=locked.seed,
        )
    title = _("Computing the round “%s”") % round_.name
    return start(compute_round, account, title, key=f"round:{round_.pk}", round_id=str(round_.pk))


def _name(campaign: Campaign, turn: int) -> str:
    """A name that no other round of the metropolis has."""
    label = _("first round") if turn == 1 else _("second round")
    base = f"{campaign.name[:90]}, {label}"
    taken = Round.objects.filter(organisation=campaign.organisation, name__startswith=base)
    names = set(taken.exclude(state=RoundState.DISCARDED).values_list("name", flat=True))
    number = 1
    while (name := base if number == 1 else f"{base} ({number})") in names:
        number += 1
    return name


@background
def compute_round(tracker: Tracker, round_id: str) -> str:
    """Read the campaign, check it as files are checked, place, audit, keep; nothing is kept unless the audit passes."""
    round_ = Round.objects.select_related("campaign").get(pk=UUID(round_id))
    campaign, turn = round_.campaign, round_.turn
    if campaign is None or turn is None:
        raise WorkRefused(_("This round belongs to no campaign: it is computed from files."))
    tracker.advance(0, 4, _("Reading offers, pupils and wishes"))
    found = market(campaign, turn)
    outcome = place(found, campaign, tracker)
    tracker.advance(2, 4, _("Checking the result"))
    if not outcome.audit.ok or ineligible(outcome):
        raise WorkRefused(
            _("The audit found a fault in the result: nothing was kept. Tell us the round's name.")
        )
    tracker.advance(3, 4, _("Keeping the result"))
    _keep(round_, found, outcome)
    return round_.get_absolute_url()


def place(found: CampaignMarket, campaign: Campaign, tracker: Tracker) -> Outcome:
    """The placement of a campaign's tables, by the code that places files. Raises WorkRefused when there is none."""
    tracker.advance(1, 4, _("Placing the pupils"))
    if not found.persons:
        raise WorkRefused(_("No pupil is waiting for a place: every class needs its week, and its pupils."))
    if not found.periods:
        raise WorkRefused(_("No published offer has a free seat: there is nothing to give."))
    tables = found.tables
    files = check_tables(tables["offers"], tables["pupils"], tables["wishes"])
    travel = loaded_travel(tracker)
    rules = parameters(campaign, by_timetable=travel is not None)
    return run(files, loaded.zones(), loaded.schools(), rules, travel)


@transaction.atomic
def _keep(round_: Round, found: CampaignMarket, outcome: Outcome) -> None:
    locked = Round.objects.select_for_update().get(pk=round_.pk)
    if locked.state == RoundState.COMPUTED:
        perform(locked, "reopen", None)
    elif locked.state != RoundState.DRAFT:
        raise WorkRefused(_("The round was published or discarded meanwhile: nothing was changed."))
    offers = offer_rows(locked, outcome)
    for offer in offers:
        offer.period_id = found.periods[offer.reference, offer.week]
    sources = {kind: Source(f"{kind}.csv", digest) for kind, digest in found.digests().items()}
    notes = [*found.notes, *_left_out(outcome.files.faults, found.tables)]
    store(locked, outcome, sources, offers, found.persons, notes)


def _left_out(faults: Iterable[Fault], tables: Mapping[str, Table]) -> list[str]:
    """What does not count, a sentence a reason, by references of pupils or offers: there is no file to name."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for fault in faults:
        kind = fault.file.removesuffix(".csv")
        column = tables[kind].columns["offer_id" if kind == "offers" else "pupil_id"]
        which = [column[fault.row - 2]] if fault.row else []
        reasons.setdefault((kind, fault.problem), []).extend(which)
    sentences = []
    for (kind, problem), references in reasons.items():
        distinct = list(dict.fromkeys(references))
        named = ", ".join(distinct[:MOST_NAMED]) + ("…" if len(distinct) > MOST_NAMED else "")
        values = {"n": len(references), "why": problem, "which": named}
        text = _("Left out, %(which)s: %(why)s")
        if kind == "wishes":
            text = ngettext(
                "%(n)d wish does not count (pupil %(which)s): %(why)s",
                "%(n)d wishes do not count (pupils %(which)s): %(why)s",
                len(references),
            )
        sentences.append(text % values)
    return sentences


@transaction.atomic
def publish_round(round_: Round, account: Account | None) -> None:
    """Give the places of a computed round, and tell everyone: all of it, or nothing.

    Raises TransitionRefused when the round is not computed or not due, when the date to confirm before has passed,
    and when offers, pupils or wishes are no longer those that it was computed from.
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).get(rounds=round_)
    turn = round_.turn or 1
    if reason := why_not(campaign, turn):
        raise TransitionRefused(reason)
    deadline = answer_by(campaign, turn)
    if deadline <= timezone.now():
        raise TransitionRefused(
            _("The date to confirm places before has passed: put it later on the page of the campaign first.")
        )
    perform(round_, "publish", account)
    now_found = market(campaign, turn).digests()
    # A timetable that was loaded since changes nothing of what is to be given.
    then_found = {
        kind: source["sha256"] for kind, source in round_.certificate["inputs"].items() if kind in now_found
    }
    if now_found != then_found:
        raise TransitionRefused(_changed(then_found, now_found))
    try:
        with transaction.atomic():
            _give(round_, campaign, turn, deadline)
    except IntegrityError:
        raise TransitionRefused(
            _("Seats changed at this very moment: compute the round again, then publish it.")
        ) from None
    campaign.published_turn = turn
    campaign.save(update_fields=["published_turn", "updated_at"])
    round_.published_at = timezone.now()
    round_.save(update_fields=["published_at", "updated_at"])
    telling.published(round_, campaign)


def _changed(then_found: dict[str, str], now_found: dict[str, str]) -> str:
    words = {"offers": _("offers"), "pupils": _("pupils"), "wishes": _("wishes")}
    changed = [words[kind] for kind in words if then_found.get(kind) != now_found.get(kind)]
    return _(
        "Since this round was computed, something changed (%(what)s): compute it again, then publish it."
    ) % {"what": ", ".join(changed)}


def _give(round_: Round, campaign: Campaign, turn: int, deadline: datetime) -> None:
    """Turn the wishes of a turn into places or not; make the applications of continued lists."""
    lock_periods(_weeks(campaign))
    asked = Application.objects.filter(call=campaign.pk, turn=turn, state=ApplicationState.ASKED)
    wish = {(person, period): pk for pk, person, period in asked.values_list("pk", "person_id", "period_id")}
    places = round_.pupils.placed().values_list("person_id", "offer__period_id", "rank", "reserved_seat")
    granted: dict[bool, list[UUID]] = {True: [], False: []}
    continued: list[Application] = []
    for person, period, rank, reserved in places:
        if rank:
            granted[reserved].append(wish[person, period])
        else:
            beyond = Application(
                person_id=person, period_id=period, call=campaign.pk, turn=turn, origin=Origin.RULE
            )
            granted[reserved].append(beyond.pk)
            continued.append(beyond)
    perform_all(asked.exclude(pk__in=granted[True] + granted[False]), "not_grant", None)
    Application.objects.bulk_create(continued, batch_size=BATCH)
    for reserved, keys in granted.items():
        perform_all(
            Application.objects.filter(pk__in=keys), "offer", None, answer_by=deadline, reserved_seat=reserved
        )


def _weeks(campaign: Campaign) -> QuerySet[Period, UUID]:
    """The weeks of all offers of a campaign, by their keys."""
    return Period.objects.filter(opportunity__internship__campaign=campaign).values_list("pk", flat=True)


@transaction.atomic
def withdraw_round(round_: Round, account: Account | None) -> None:
    """Take a published round back while nobody confirmed a place of it: places become wishes again.

    Raises TransitionRefused when somebody confirmed, or when the campaign has gone on since.
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).get(rounds=round_)
    turn = round_.turn or 1
    if phase(campaign) != _WITHDRAWN_IN[turn]:
        raise TransitionRefused(_("The campaign has gone on since: this round can no longer be withdrawn."))
    perform(round_, "withdraw", account)
    lock_periods(_weeks(campaign))
    ours = Application.objects.filter(call=campaign.pk, turn=turn)
    confirmed = ours.filter(state=ApplicationState.CONFIRMED).count()
    if confirmed:
        raise TransitionRefused(
            ngettext(
                "%(n)d place is confirmed: the round can no longer be withdrawn.",
                "%(n)d places are confirmed: the round can no longer be withdrawn.",
                confirmed,
            )
            % {"n": confirmed}
        )
    given = ours.filter(origin__in=[Origin.WISH, Origin.RULE])
    back = Q(state=ApplicationState.OFFERED) | Q(state=ApplicationState.NOT_GRANTED)
    perform_all(given.filter(back), "take_back", None, answer_by=None, reserved_seat=False)
    given.filter(origin=Origin.RULE, state=ApplicationState.ASKED).delete()
    campaign.published_turn = turn - 1
    campaign.save(update_fields=["published_turn", "updated_at"])
    telling.withdrawn(round_, campaign)
    round_.published_at = None
    round_.save(update_fields=["published_at", "updated_at"])


@transaction.atomic
def lapse_due(now: datetime | None = None) -> int:
    """Let the places lapse whose date passed before `now`; return how many. Doing it twice does nothing more.

    Who answers at this moment is waited for, and keeps what was answered.
    """
    late = Application.objects.filter(state=ApplicationState.OFFERED, answer_by__lt=now or timezone.now())
    lock_periods(late.values_list("period_id", flat=True))
    keys = list(late.values_list("pk", flat=True))
    if keys:
        perform_all(Application.objects.filter(pk__in=keys), "lapse", None)
        telling.lapsed(keys)
    return len(keys)
