"""How fast an offer is found: `python benchmarks/opportunities_search.py [--json] [--offers 20000]`.

Searches by words and distance among made-up offers, on an embedded server made for the purpose and thrown away. The
peer is what such a page is written as at first: `ILIKE` on title and description, every hit fetched, distances
computed and sorted in Python. Both give the first 24 offers; `ratio` is the peer's median time over ours.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from own_database import own_database

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
SEED = 2027
PAGE = 24
WORDS = (
    "boulangerie",
    "atelier",
    "laboratoire",
    "accueil",
    "théâtre",
    "garage",
    "école",
    "chantier",
    "clinique",
)
SEARCHES = ("boulang", "theatre", "ecoles", "atelier garage", "clinique")
HERE = (-1.68, 48.11)


def main() -> None:
    """Print the measures, as one JSON line with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--offers", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    with own_database():
        from django.db import connection

        make_offers(options.offers)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        ours, peer = measure(ours_finds, options.times), measure(peer_finds, options.times)
    result = {
        "offers": options.offers,
        "ours_p50_ms": round(statistics.median(ours), 2),
        "ours_p95_ms": round(statistics.quantiles(ours, n=20)[-1], 2),
        "peer_p50_ms": round(statistics.median(peer), 2),
        "ratio": round(statistics.median(peer) / statistics.median(ours), 2),
    }
    print(json.dumps(result) if options.json else "\n".join(f"{k}: {v}" for k, v in result.items()))


def make_offers(count: int) -> None:
    """Published offers of two hundred hosts, all over a metropolis."""
    from django.utils import timezone

    from croisee.foundation.accounts.models import Organisation
    from croisee.foundation.accounts.roles import Kind
    from croisee.opportunities.models import Opportunity, OpportunityState
    from croisee.opportunities.sectors import Sector
    from croisee.opportunities.services import searchable_text

    draw = random.Random(SEED)
    hosts = Organisation.objects.bulk_create(
        Organisation(name=f"Entreprise {number}", kind=Kind.EMPLOYER) for number in range(200)
    )
    offers = [
        Opportunity(
            kind="stage_3e",
            organisation=draw.choice(hosts),
            title=" ".join(draw.sample(WORDS, 2)).capitalize(),
            description=" ".join(draw.choices(WORDS, k=12))
            if draw.random() < 0.2
            else "Découverte des métiers.",
            sector=draw.choice(Sector.values),
            city="Rennes",
            lon=HERE[0] + draw.gauss(0, 0.1),
            lat=HERE[1] + draw.gauss(0, 0.06),
        )
        for _ in range(count)
    ]
    for offer in offers:
        offer.searchable = searchable_text(offer)
    Opportunity.objects.bulk_create(offers, batch_size=2_000)
    for state in (OpportunityState.SUBMITTED, OpportunityState.PUBLISHED):
        Opportunity.objects.update(state=state)
    Opportunity.objects.update(published_at=timezone.now())


def ours_finds(text: str) -> list[Any]:
    """The first page, as the search page asks for it."""
    from croisee.opportunities.models import Opportunity
    from croisee.opportunities.searching import Criteria, find

    criteria = Criteria(text=text, lon=HERE[0], lat=HERE[1], within_km=10, sort="distance")
    return list(find(Opportunity.objects.all(), criteria)[:PAGE])


def peer_finds(text: str) -> list[Any]:
    """The first page, written the plain way: accents must be typed, plurals are not found."""
    from django.db.models import Q

    from croisee.opportunities.models import Opportunity

    rows = Opportunity.objects.all()
    for word in text.split():
        rows = rows.filter(Q(title__icontains=word) | Q(description__icontains=word))
    near = [(metres(row.lon, row.lat), row) for row in rows]
    return [row for away, row in sorted(near, key=lambda pair: pair[0]) if away <= 10_000][:PAGE]


def metres(lon: float, lat: float) -> float:
    """The great-circle distance from HERE."""
    a, b = math.radians(HERE[1]), math.radians(lat)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(lon - HERE[0]) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))


def measure(finds: Any, times: int) -> list[float]:
    """Milliseconds of each search, after one that does not count."""
    taken = []
    for turn in range(times + 1):
        for text in SEARCHES:
            start = time.perf_counter()
            finds(text)
            if turn:
                taken.append(1_000 * (time.perf_counter() - start))
    return taken


if __name__ == "__main__":
    main()
