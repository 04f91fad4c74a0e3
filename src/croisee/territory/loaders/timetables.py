"""Timetables of public transport: a GTFS feed, which replaces the one of the same network whole."""

import datetime as dt
from collections.abc import Iterable, Sequence

import numpy as np
from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.engine.transit.timetable import Timetable
from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.loaders.bulk import Difference
from croisee.territory.loaders.loading import Format, Load, NotConcerned, Peek
from croisee.territory.loaders.points import Box
from croisee.territory.models import Commune, DataSet, DataSetKind, TransitFeed, TransitStop
from croisee.territory.timetables.feed import Feed
from croisee.territory.timetables.packing import packed
from croisee.territory.timetables.reading import read_feed
from croisee.territory.timetables.stops import lines_of_stops

Described = dict[str, tuple[object, ...]]


def recognises(peek: Peek) -> bool:
    """An archive or a folder of the tables of GTFS."""
    return peek.family == "feed"


def load(load: Load) -> None:
    """Store a feed in place of those of the same network; until it is whole, they stay in use."""
    feed = read_feed(load.path, load.source, load.refusals.add)
    if not _serves(load.epci, feed.timetable):
        raise NotConcerned
    before = _before(load, feed)
    today = timezone.localdate()
    _check_not_older(load, feed, before, today)
    others = [str(one) for one in before if not set(one.agencies) & set(feed.agencies)]
    held = _described(TransitStop.objects.filter(feed__in=before))
    replaced = [one.pk for one in before if one.pk != load.data_set.pk]
    DataSet.objects.filter(pk__in=replaced).delete()
    TransitFeed.objects.filter(data_set=load.data_set).delete()
    stored = _described(_store(load.data_set, feed))
    load.kept = len(feed.timetable.stop)
    load.difference += _difference(held, stored)
    load.data_set.producer = ", ".join(feed.agencies)[:200]
    load.data_set.vintage = f"{feed.first:%Y-%m-%d} – {feed.last:%Y-%m-%d}"
    load.note = "; ".join(_notes(feed, today, others))
    load.advance(load.path.stat().st_size)


def _serves(epci: str, timetable: Timetable) -> bool:
    """Whether a stop lies about the communes of the EPCI, so far as their outlines are known."""
    outlined = Commune.objects.filter(epci=epci, outline__isnull=False)
    bounds = outlined.aggregate(west=Min("west"), south=Min("south"), east=Max("east"), north=Max("north"))
    if bounds["west"] is None:
        return True
    return bool(Box(**bounds).holds(timetable.lon, timetable.lat).any())


def _before(load: Load, feed: Feed) -> QuerySet[TransitFeed]:
    """The feeds in use of the same network, or out of the same file."""
    same = Q(agencies__overlap=feed.agencies) | Q(data_set=load.data_set)
    return TransitFeed.objects.filter(same, data_set__epci=load.epci).defer("arrays")


def _check_not_older(load: Load, feed: Feed, before: Iterable[TransitFeed], today: dt.date) -> None:
    """Raise FaultyInput when an expired feed would replace one that holds longer."""
    later = max((held.last_day for held in before), default=feed.last)
    if feed.last >= today or later <= feed.last:
        return
    problem = _("this timetable ended on %(end)s, and the one in use holds until %(later)s.")
    values = {"end": f"{feed.last:%Y-%m-%d}", "later": f"{later:%Y-%m-%d}"}
    remedy = _("The previous timetable stays in use: load the current one of the network.")
    raise FaultyInput([Fault(load.source, None, None, problem % values, remedy)])


def _store(data_set: DataSet, feed: Feed) -> list[TransitStop]:
    timetable, names = feed.timetable, feed.names
    row = TransitFeed.objects.create(
        data_set=data_set,
        agencies=feed.agencies,
        publisher=feed.publisher,
        version=feed.version,
        time_zone=feed.time_zone,
        first_day=feed.first,
        last_day=feed.last,
        stops=len(timetable.lon),
        routes=len(names.route_ids),
        trips=len(timetable.route),
        stop_times=len(timetable.stop),
        arrays=packed(timetable, names),
    )
    route = np.repeat(timetable.route, np.diff(timetable.start))
    lines = [names.line(at) for at in range(len(names.route_ids))]
    served = lines_of_stops(timetable.stop, route, lines, len(timetable.lon))
    stops = [
        TransitStop(
            feed=row, position=at, code=code, name=name, longitude=longitude, latitude=latitude, lines=short
        )
        for at, (code, name, longitude, latitude, short) in enumerate(
            zip(
                names.stop_ids,
                names.stop_names,
                timetable.lon.tolist(),
                timetable.lat.tolist(),
                served,
                strict=True,
            )
        )
    ]
    return TransitStop.objects.bulk_create(stops, batch_size=2000)


def _described(stops: Iterable[TransitStop]) -> Described:
    return {stop.code: (stop.name, stop.longitude, stop.latitude, stop.lines) for stop in stops}


def _difference(held: Described, stored: Described) -> Difference:
    """How the stops of the network changed."""
    both = held.keys() & stored.keys()
    return Difference(
        added=len(stored.keys() - both),
        changed=sum(held[code] != stored[code] for code in both),
        removed=len(held.keys() - both),
    )


def _notes(feed: Feed, today: dt.date, others: Sequence[str]) -> Iterable[str]:
    values = {"first": f"{feed.first:%Y-%m-%d}", "last": f"{feed.last:%Y-%m-%d}"}
    yield _("valid from %(first)s to %(last)s") % values
    if feed.last < today:
        yield _("it has EXPIRED: load the current timetable of the network")
    if feed.first > today:
        yield _("nothing runs before its first day")
    for other in others:
        yield _("it takes the place of “%(name)s”, whose file bore the same name") % {"name": other}
    if n := feed.dropped_trips:
        yield ngettext("%(n)d trip left out", "%(n)d trips left out", n) % {"n": n}
    if n := feed.dropped_stop_times:
        yield ngettext("%(n)d stop time left out", "%(n)d stop times left out", n) % {"n": n}
    if n := feed.unused_transfers:
        told = ngettext(
            "%(n)d transfer of certain routes or trips not used",
            "%(n)d transfers of certain routes or trips not used",
            n,
        )
        yield told % {"n": n}


FORMAT = Format(DataSetKind.TIMETABLE, recognises, load)
