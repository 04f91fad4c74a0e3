"""Dates in running text."""

from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language

register = template.Library()


@register.filter
def in_words(day: date) -> str:
    """A day as it is written in a sentence: `1er janvier 2024` in French, `Jan. 1, 2024` in English."""
    text = date_format(day, "DATE_FORMAT")
    if day.day == 1 and (get_language() or "").startswith("fr"):
        return text.replace("1 ", "1er ", 1)
    return text
