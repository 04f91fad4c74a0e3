"""Dated rules of the priority geography, each with its source."""

from dataclasses import dataclass
from datetime import date

BANDS = (300.0, 500.0)
"""Metres around a priority neighbourhood that other rules speak of: 300 m (reduced VAT on housing), 500 m; both are
the bands that the State's own address service answers for."""

UNCERTAIN_WITHIN = 20.0
"""Metres from the limit under which an address is uncertain: the two sides of a street may differ."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One delimitation of the priority neighbourhoods, and when it counts."""

    year: int
    source: str
    valid_from: date
    valid_to: date | None
    overseas_from: date
    overseas_to: date | None

    def validity(self, overseas: bool) -> tuple[date, date | None]:
        """First and last day."""
        return (self.overseas_from, self.overseas_to) if overseas else (self.valid_from, self.valid_to)


GENERATIONS = {
    2015: Generation(
        2015,
        "décrets n° 2014-1750 et 2014-1751 du 30 décembre 2014",
        date(2015, 1, 1),
        date(2023, 12, 31),
        date(2015, 1, 1),
        date(2024, 12, 31),
    ),
    2024: Generation(
        2024,
        "décret n° 2023-1314 du 28 décembre 2023 ; décrets n° 2024-1211 et 2024-1212 du 27 décembre 2024",
        date(2024, 1, 1),
        None,
        date(2025, 1, 1),
        None,
    ),
}

ZFU_LAST_DAY = date(2025, 12, 31)
"""Last day of the urban free zones (ZFU-TE). What follows is to be confirmed [TBC]: never a tax promise."""
