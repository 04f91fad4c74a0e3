"""Numbers as people type them: “1 000 000 €”, “1,5 M”, “12.50”."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import get_format, number_format
from django.utils.translation import gettext_lazy as _

TIMES = {"": 1, "k": 1_000, "m": 1_000_000}
_WRITTEN = re.compile(r"(?P<number>\d[\d.,]{0,24})(?P<times>[kKmM]?)(?:€|EUR|%|h|€/h)?")
_GROUPED = {mark: re.compile(rf"\d{{1,3}}(?:[{mark}]\d{{3}})+(?:[^{mark}]\d+)?") for mark in ".,"}
_PLAIN = re.compile(r"\d{1,15}(?:[.,]\d+)?")
_SPACES = re.compile(r"[\s\u00a0\u202f']")


class NumberInput(forms.TextInput):
    """A text box with the keys of numbers; what it shows is written as the reader's language does."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """Grouped by thousands; what was typed and refused comes back as it was."""
        if isinstance(value, Decimal | int):
            short = Decimal(value)
            whole = short.to_integral_value()
            shown = whole if whole == short else short.normalize()
            return str(number_format(shown, use_l10n=True, force_grouping=True))
        text: str | None = super().format_value(value)
        return text


class NumberField(forms.DecimalField):
    """A number with spaces, a comma or a point, a unit, or “k” and “M” for thousands and millions."""

    widget = NumberInput
    default_error_messages = {"invalid": _("Write a number, such as 12.5 or 1 000 000.")}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs say int
        """The number; ValidationError when the text is none."""
        if isinstance(value, str) and value.strip():
            found = _WRITTEN.fullmatch(_SPACES.sub("", value))
            plain = _ungrouped(found["number"]) if found else ""
            if found is None or not _PLAIN.fullmatch(plain):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            number = Decimal(plain.replace(",", ".")) * TIMES[found["times"].lower()]
            value = format(number.normalize() + 0, "f")
        parsed: Decimal | None = super().to_python(value)
        return parsed


def _ungrouped(text: str) -> str:
    """Without the marks between thousands: those written twice, or once where the decimal mark is another."""
    decimal = get_format("DECIMAL_SEPARATOR")
    for mark, grouped in _GROUPED.items():
        if grouped.fullmatch(text) and (text.count(mark) > 1 or (mark == "," and decimal == ".")):
            return text.replace(mark, "")
    return text
