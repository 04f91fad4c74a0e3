"""What the `territory` command says: one line a file loaded, and the state of a territory."""

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.territory.loaders.loading import Outcome, Result
from croisee.territory.models import DataSet, TransitFeed
from croisee.territory.queries import Status


def result_line(result: Result) -> str:
    """What became of one file: what it is, loaded or not and why, how many rows."""
    name = f"{result.source} [{result.layer}]" if result.layer else result.source
    kind = f"{result.kind.label}: " if result.kind else ""
    said = [_outcome(result.outcome)]
    if result.outcome is Outcome.LOADED:
        change = result.difference
        said.append(_("%(kept)d kept") % {"kept": result.kept})
        counts = {"added": change.added, "changed": change.changed, "removed": change.removed}
        said.append(_("%(added)d added, %(changed)d changed, %(removed)d removed") % counts)
    if result.repaired:
        said.append(_("%(n)d outlines mended") % {"n": result.repaired})
    if result.refused and result.outcome is not Outcome.UNCHANGED:
        said.append(_("%(n)d rows refused") % {"n": result.refused})
    if result.message:
        said.append(result.message)
    return f"{name} — {kind}{'; '.join(said)}"


def _outcome(outcome: Outcome) -> str:
    return {
        Outcome.LOADED: _("loaded"),
        Outcome.UNCHANGED: _("unchanged"),
        Outcome.ELSEWHERE: _("not concerned: nothing in it lies in this EPCI"),
        Outcome.REFUSED: _("REFUSED"),
        Outcome.UNRECOGNISED: _("not recognised"),
    }[outcome]


def status_lines(status: Status) -> Iterator[str]:
    """What is loaded for an EPCI, of when, and what is missing."""
    yield f"{status.epci.name} ({status.epci.code})"
    values = {"all": status.communes, "outlined": status.outlined}
    yield "  " + _("%(all)d communes, %(outlined)d with an outline") % values
    for kind, generation, count, outlined in status.zones:
        name = f"{kind} {generation}" if generation else kind
        values_ = {"name": name, "count": count, "outlined": outlined}
        yield "  " + _("%(name)s: %(count)d, %(outlined)d with an outline") % values_
    if status.indicator_values:
        told = _("%(values)d values of %(indicators)d indicators, for %(zones)d neighbourhoods")
        yield "  " + told % {
            "values": status.indicator_values,
            "indicators": status.indicators,
            "zones": status.described_zones,
        }
    yield from _school_lines(status)
    values = {"addresses": status.addresses, "establishments": status.establishments}
    yield "  " + _("%(addresses)d addresses, %(establishments)d establishments") % values
    for feed in status.timetables:
        yield from _timetable_lines(feed, timezone.localdate())
    yield _("Loaded:")
    for data_set in status.data_sets:
        yield from _data_set_lines(data_set)
    if status.missing:
        yield _("Missing:")
    for missing in status.missing:
        official = missing.official
        where = _("%(kind)s: data.gouv.fr, “%(title)s” (%(producer)s), %(files)s")
        yield "  " + where % {
            "kind": missing.kind.label,
            "title": official.title,
            "producer": official.producer,
            "files": official.files,
        }


def _school_lines(status: Status) -> Iterator[str]:
    values = {"schools": status.schools, "colleges": status.colleges, "priority": status.priority_colleges}
    yield (
        "  " + _("%(schools)d schools, of which %(colleges)d collèges (%(priority)d in REP or REP+)") % values
    )
    lost = status.colleges - status.colleges_located - status.colleges_at_commune
    located = _(
        "collèges: %(point)d at their point, %(commune)d at the middle of their commune, "
        "%(lost)d whose commune no file says (some may lie outside)"
    )
    values = {"point": status.colleges_located, "commune": status.colleges_at_commune, "lost": lost}
    yield "  " + located % values


def _timetable_lines(feed: TransitFeed, today: dt.date) -> Iterator[str]:
    about = _("timetable of %(name)s: %(stops)d stops, %(routes)d lines, %(trips)d trips, %(validity)s")
    values = {"name": feed, "stops": feed.stops, "routes": feed.routes, "trips": feed.trips}
    yield "  " + about % {**values, "validity": validity_of(feed)}
    if remedy := feed.remedy_on(today):
        yield "    " + remedy


def validity_of(feed: TransitFeed) -> str:
    """From when to when a timetable holds."""
    values = {"first": f"{feed.first_day:%Y-%m-%d}", "last": f"{feed.last_day:%Y-%m-%d}"}
    return _("valid from %(first)s to %(last)s") % values


def _data_set_lines(data_set: DataSet) -> Iterator[str]:
    layer = f" [{data_set.layer}]" if data_set.layer else ""
    yield f"  {data_set.get_kind_display()}: {data_set.source}{layer}"
    about = _("vintage %(vintage)s, %(origin)s, loaded on %(date)s: %(kept)d kept, %(refused)d refused")
    yield "    " + about % {
        "vintage": data_set.vintage or _("not stated"),
        "origin": ", ".join(filter(None, [data_set.licence, data_set.producer])),
        "date": f"{data_set.loaded_at:%Y-%m-%d}",
        "kept": data_set.kept,
        "refused": data_set.refused,
    }
