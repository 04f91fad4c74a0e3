"""Computing what each place of an EPCI reaches, in the background; what is stored is replaced whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.engine.transit.timetable import Longs
from croisee.foundation.database.locks import hold
from croisee.foundation.identifiers import siren
from croisee.foundation.progress.services import background, start
from croisee.foundation.progress.tracking import Tracker, WorkRefused
from croisee.territory.loaders.loading import Outcome, Result
from croisee.territory.models import (
    Address,
    Epci,
    ReachSquare,
    ReachSurvey,
    Zone,
    ZoneKind,
    ZoneReach,
)
from croisee.territory.reach.computing import Advance, Found, Points, reach
from croisee.territory.reach.queries import COMPUTED_FROM, loaded_now
from croisee.territory.reach.things import columns_of, things
from croisee.territory.travel.network import Network, network_now
from croisee.territory.zone_layers import zone_layer

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.foundation.progress.models import Progress

ATTEMPTS = 3
"""How often it is computed again at once because something was loaded meanwhile."""


class NoAddresses(Exception):  # noqa: N818  reads as the sentence it is
    """No address of the EPCI is loaded: there is nowhere to leave from."""


@dataclass(frozen=True, slots=True)
class _Computed:
    """What is to be stored."""

    network: Network
    loaded: str
    names: list[str]
    found: Found
    zones: dict[str, Longs]
    """By code, the positions of the addresses of each priority neighbourhood."""


def start_reach(epci: Epci, account: Account | None = None) -> Progress:
    """Have it computed in the background, once for all who ask while it is under way."""
    title = _("What is within reach: %(epci)s") % {"epci": epci}
    return start(compute_reach, account, title, key=f"territory.reach:{epci.pk}", epci=epci.pk)


@background
def compute_reach(tracker: Tracker, epci: str) -> str | None:
    """The work. It is done anew at once when something it rests on was loaded while it was under way."""
    from django.urls import reverse

    step = _("Times from square to square")
    for _attempt in range(ATTEMPTS):
        try:
            survey = survey_reach(epci, lambda done, total: tracker.advance(done, total, step))
        except NoAddresses:
            raise WorkRefused(
                _("No address is loaded: load the national address base (BAN) first.")
            ) from None
        if survey.loaded == loaded_now(epci):
            break
    return reverse("territory:data_sets")


def survey_reach(epci: str, advance: Advance = lambda done, total: None) -> ReachSurvey:
    """Compute what each place of `epci` reaches, and store it in place of what was. Raises NoAddresses.

    `advance` hears how many squares are done, and of how many.
    """
    computed = _compute(epci, advance)
    with transaction.atomic():
        hold([f"territory.reach:{epci}"])
        return _store(epci, computed)


def _compute(epci: str, advance: Advance) -> _Computed:
    # What is loaded while this goes on makes the result out of date, never the reverse.
    loaded, network = loaded_now(epci), network_now()
    addresses = columns_of(Address.objects.filter(street__commune__epci=epci), "longitude", "latitude")
    if not len(addresses[0]):
        raise NoAddresses(epci)
    counted = things.all()
    found = reach(network, addresses, [thing.points(epci) for thing in counted], advance)
    return _Computed(network, loaded, [thing.name for thing in counted], found, _by_zone(addresses))


def _by_zone(addresses: Points) -> dict[str, Longs]:
    """The positions of the addresses in each priority neighbourhood of the newest generation that is drawn."""
    layer = zone_layer(ZoneKind.QPV)
    if layer is None:
        return {}
    codes = layer.index.tag(*addresses, crs=4326)
    return {str(code): np.flatnonzero(codes == code) for code in np.unique(codes) if code}


def _store(epci: str, computed: _Computed) -> ReachSurvey:
    found, kept, morning = computed.found, computed.network.kept, computed.network.morning
    median_30, median_45 = found.medians().tolist()
    ReachSurvey.objects.filter(epci=epci).delete()
    survey: ReachSurvey = ReachSurvey.objects.create(
        epci_id=epci,
        computed_at=timezone.now(),
        loaded=computed.loaded,
        timetable_day=morning.on if morning else None,
        timetable_ends=kept.last if kept else None,
        along_streets=computed.network.streets is not None,
        lacking=list(kept.lacking_on(computed.network.today)) if kept else [],
        grid=found.epsg,
        squares=len(found.addresses),
        addresses=int(found.addresses.sum()),
        things=computed.names,
        totals=found.totals.tolist(),
        median_30=median_30,
        median_45=median_45,
    )
    columns = (found.east, found.north, found.lon, found.lat, found.addresses, found.within)
    ReachSquare.objects.bulk_create(
        (
            ReachSquare(
                survey=survey,
                east=east,
                north=north,
                longitude=lon,
                latitude=lat,
                addresses=addresses,
                within_30=within[0],
                within_45=within[1],
            )
            for east, north, lon, lat, addresses, within in zip(
                *(column.tolist() for column in columns), strict=True
            )
        ),
        batch_size=2000,
    )
    ZoneReach.objects.bulk_create(_zone_rows(survey, computed))
    return survey


def _zone_rows(survey: ReachSurvey, computed: _Computed) -> Iterable[ZoneReach]:
    """A row for each priority neighbourhood that holds addresses; those taken away meanwhile have none."""
    layer = zone_layer(ZoneKind.QPV)
    zones = Zone.objects.filter(kind=ZoneKind.QPV, generation=layer.generation if layer else 0)
    for zone in zones.filter(code__in=computed.zones).only("pk", "code"):
        chosen = computed.zones[zone.code]
        within_30, within_45 = computed.found.medians(chosen).tolist()
        yield ZoneReach(
            survey=survey, zone=zone, addresses=len(chosen), within_30=within_30, within_45=within_45
        )


def start_after_load(epci: str, results: Iterable[Result]) -> Progress | None:
    """Have it computed again when something it rests on was loaded; None when there is no need, or no address."""
    loaded = any(result.outcome is Outcome.LOADED and result.kind in COMPUTED_FROM for result in results)
    found = Epci.objects.filter(pk=siren(epci), communes__streets__isnull=False).first() if loaded else None
    return start_reach(found) if found else None


def start_due(now: datetime) -> int:
    """Have it computed for each EPCI that has addresses, once a day and after each load; how many were started.

    Each day, since offers come and go and the typical day of a timetable moves on.
    """
    today, begun = timezone.localdate(now), 0
    surveys = {survey.pk: survey for survey in ReachSurvey.objects.all()}
    for epci in Epci.objects.filter(communes__streets__isnull=False).distinct():
        survey = surveys.get(epci.pk)
        of_today = survey is not None and timezone.localdate(survey.computed_at) >= today
        if survey is None or not of_today or survey.loaded != loaded_now(epci.pk):
            start_reach(epci)
            begun += 1
    return begun
