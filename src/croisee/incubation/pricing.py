"""What a booking of a space costs: hours, at a price, never more than a day for companies hosted there. Pure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
SECONDS_AN_HOUR = 3600


@dataclass(frozen=True)
class Tariff:
    """Prices of a space, before tax: `hourly` and `daily` for companies hosted there (`daily` 0: no ceiling a day);
    `outside` for an hour of others, None where others may not book."""

    hourly: Decimal
    daily: Decimal = Decimal(0)
    outside: Decimal | None = None


def cents(amount: Decimal) -> Decimal:
    """An amount in euros to the cent, half a cent upwards."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def price(tariff: Tariff, starts_at: datetime, ends_at: datetime, *, outside: bool = False) -> Decimal:
    """The price of one booking, in euros before tax, to the cent. The two moments are aware, of one day.

    Others pay each hour; a company hosted there pays a day at most. Raises ValueError for a booking that ends before
    it begins, or of others where they may not book.
    """
    seconds = int((ends_at - starts_at).total_seconds())
    if seconds <= 0:
        raise ValueError("a booking ends after it begins")
    hours = Decimal(seconds) / SECONDS_AN_HOUR
    if outside:
        if tariff.outside is None:
            raise ValueError("others do not book this space")
        return cents(hours * tariff.outside)
    counted = hours * tariff.hourly
    if tariff.daily > 0:
        counted = min(counted, tariff.daily)
    return cents(counted)
