"""Hours, days and months, as the pages of companies say them."""

import datetime as dt
from decimal import Decimal

from django import template

from croisee.clauses import wording
from croisee.clauses.anomalies import hours_text
from croisee.clauses.months import address, named

register = template.Library()


@register.filter
def hours(value: Decimal) -> str:
    """“151.67 h”."""
    return hours_text(value)


@register.filter
def days(value: Decimal) -> str:
    """“21 days”."""
    return wording.days_text(value)


@register.filter
def month(value: dt.date) -> str:
    """“October 2026”."""
    return named(value)


@register.filter
def month_address(value: dt.date) -> str:
    """“2026-10”, as addresses have it."""
    return address(value)
