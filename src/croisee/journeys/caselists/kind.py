"""The import of a caseload, declared: whom it is for, where it goes, what it will do to each row."""

from collections import Counter
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import add_months
from croisee.foundation.imports.kinds import Choice, ImportKind, PlannedRow, Tables, Target, TargetRefused
from croisee.foundation.tables import Fault
from croisee.journeys.caselists import columns as c
from croisee.journeys.caselists.columns import PEOPLE, SLOT
from croisee.journeys.caselists.goal import OVERWRITE, Goal
from croisee.journeys.caselists.matching import Match, analyse
from croisee.journeys.caselists.news import COLUMN_OF, News, news_of, told
from croisee.journeys.caselists.storing import store
from croisee.journeys.models import Programme

NAME = "journeys.caselist"
LONG = 150
"""From so many rows on, the import is done in the background, and its progress is shown."""


def address_for(programme: Programme) -> str:
    """Where the caseload of a programme is sent."""
    return f"{reverse('imports:begin', args=[NAME])}?target={programme.pk}"


def target(key: str, account: Account) -> Target:
    """The programme of that identifier, which `account` manages. Raises TargetRefused for another."""
    try:
        rows = Programme.objects.managed_by(account).select_related("organisation")
        programme = rows.get(pk=UUID(key))
    except (ValueError, Programme.DoesNotExist):
        raise TargetRefused(
            gettext("this table goes into no programme of yours."),
            gettext("Begin again from the page of the programme."),
        ) from None
    url = programme.get_absolute_url()
    goal = Goal(programme, account)
    return Target(key, programme.name, url, goal, organisation=programme.organisation)


def _validate(tables: Tables, target: Target) -> list[Fault]:
    return list(analyse(tables[SLOT], target).faults)


def _plan(tables: Tables, target: Target) -> list[PlannedRow]:
    """What will become of each row that holds together."""
    found = analyse(tables[SLOT], target)
    wrong = {fault.row for fault in found.faults}
    planned = []
    for match in found.matches:
        if match.row.number in wrong and not match.waits:
            continue
        planned.append(_planned(match, news_of(match, target, found.seen), target))
    return planned


def _planned(match: Match, news: News, target: Target) -> PlannedRow:
    what, tone, detail = _outcome(match, news, target)
    if match.question is not None and match.question.answer:
        chosen = dict(match.question.options).get(match.question.answer, "")
        detail = " · ".join(part for part in (chosen, detail) if part)
    if news.kept:
        names = told(list(dict.fromkeys(COLUMN_OF[name] for name in news.kept)), target)
        kept = gettext("left as known here: %(names)s") % {"names": names}
        detail = " · ".join(part for part in (detail, kept) if part)
    return PlannedRow(match.row.number, str(match.row), str(what), tone, detail, match.question)


def _outcome(match: Match, news: News, target: Target) -> tuple[str, str, str]:
    """In a word, its tone, and in detail, what will become of a row."""
    if match.waits:
        return gettext("to be said: known already?"), "warn", ""
    changed = gettext("changes: %(names)s") % {"names": told(news.columns, target)} if news else ""
    if match.root.person is None and match.first is None:
        return gettext("new person"), "info", _journey_told(match)
    if match.journey is None:
        told_both = " · ".join(part for part in (_journey_told(match), changed) if part)
        return gettext("new journey of somebody known"), "info", told_both
    if news:
        return gettext("brought up to date"), "ok", changed
    return gettext("unchanged"), "", ""


def _journey_told(match: Match) -> str:
    """The journey that is added, in a few words: where it stands, since when, who follows."""
    row = match.row
    dates = ((c.ENTERED, "entered_on"), (c.EXITED, "exited_on"))
    named = [(c.LABELS[column], row.journey[name]) for column, name in dates if name in row.journey]
    said = [str(row.state.label), *(f"{name} {date_format(day, 'SHORT_DATE_FORMAT')}" for name, day in named)]
    if row.referent is not None:
        said.append(str(row.referent))
    return ", ".join(said)


def _remarks(tables: Tables, target: Target) -> list[str]:
    """How many are new, brought up to date and as they are, and what changes."""
    found = analyse(tables[SLOT], target)
    news = {id(match): news_of(match, target, found.seen) for match in found.matches}
    people = sum(one.root is one and one.person is None for one in found.matches)
    journeys = sum(one.journey is None for one in found.matches)
    there = [one for one in found.matches if one.journey is not None]
    updated = [one for one in there if news[id(one)]]
    same = len(there) - len(updated)
    columns = Counter(name for match in found.matches for name in news[id(match)].columns)
    fields = told([name for name, _count in columns.most_common()], target)
    said = []
    if people:
        said.append(ngettext("%(n)d new person.", "%(n)d new people.", people) % {"n": people})
    if journeys:
        text = ngettext("%(n)d journey is added.", "%(n)d journeys are added.", journeys)
        said.append(text % {"n": journeys})
    if updated:
        text = ngettext(
            "%(n)d row is brought up to date.", "%(n)d rows are brought up to date.", len(updated)
        )
        said.append(text % {"n": len(updated)})
    if columns:
        said.append(gettext("What changes for people known already: %(names)s.") % {"names": fields})
    if same:
        said.append(ngettext("%(n)d row changes nothing.", "%(n)d rows change nothing.", same) % {"n": same})
    if past := _past_their_time(found.matches, target):
        text = ngettext(
            "%(n)d journey ended longer ago than this programme keeps journeys: it will be erased at the next daily "
            "clean-up.",
            "%(n)d journeys ended longer ago than this programme keeps journeys: they will be erased at the next "
            "daily clean-up.",
            past,
        )
        said.append(text % {"n": past})
    if people:
        said.append(
            gettext(
                "Nobody is written to: invite people from their journey, once they are told what is kept."
            )
        )
    return said


def _past_their_time(matches: list[Match], target: Target) -> int:
    """How many rows are of journeys that ended longer ago than the programme keeps them."""
    today, months = timezone.localdate(), target.value.programme.retention_months
    exits = (match.row.journey.get("exited_on") for match in matches)
    return sum(exited is not None and add_months(exited, months) < today for exited in exits)


KIND = ImportKind(
    NAME,
    _("Caseload of a programme"),
    slots=(PEOPLE,),
    validate=_validate,
    apply=store,
    roles=(Role.PROGRAMME_MANAGER,),
    target=target,
    remarks=_remarks,
    choices=(
        Choice(
            OVERWRITE,
            _("Where the file says otherwise, take what it says"),
            _(
                "Otherwise only what is empty here is filled. The e-mail address of somebody who has an account never "
                "changes so."
            ),
        ),
    ),
    mapped=True,
    plan=_plan,
    long=LONG,
)
