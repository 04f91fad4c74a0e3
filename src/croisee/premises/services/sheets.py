"""One unit on paper: what it is, a photo, where it is, whom to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from croisee.foundation.dates import in_words
from croisee.foundation.documents.services import render_pdf
from croisee.premises.queries.unit_facts import facts, zone_of

if TYPE_CHECKING:
    from croisee.premises.models import Picture, Unit

LARGEST_PHOTO = 2_500_000
"""Bytes: a sheet is sent by e-mail."""


def unit_sheet(unit: Unit, photo: Picture | None, *, contact: bool) -> bytes:
    """The sheet of a unit as a PDF; with whom to ask, for who is signed in."""
    zone = zone_of(unit)
    head = [
        [_("Kind"), capfirst(unit.get_kind_display())],
        [pgettext("premises", "State"), capfirst(unit.get_state_display())],
    ]
    if zone is not None:
        head.append([_("Priority neighbourhood"), zone.name])
    if unit.site is not None:
        head.append([_("Economic site"), unit.site.name])
    parts = [
        {"title": title, "facts": [[str(name), value] for name, value in rows]} for title, rows in facts(unit)
    ]
    asked = [part for part in (unit.contact_name, unit.contact_email, unit.contact_phone) if part]
    if contact and asked:
        parts.append({"title": _("Whom to ask"), "facts": [[_("Contact"), ", ".join(asked)]]})
    data = {
        "title": unit.name,
        "head": head,
        "text": unit.description,
        "photo": _bytes_of(photo),
        "photo_kind": "" if photo is None else str(photo.file.name).rpartition(".")[2],
        "caption": "" if photo is None else photo.caption,
        "taken": ""
        if photo is None or photo.taken_on is None
        else _("Taken on %(day)s") % {"day": in_words(photo.taken_on)},
        "parts": parts,
    }
    return render_pdf("premises/unit.typ", data)


def _bytes_of(photo: Picture | None) -> list[int]:
    """The bytes of a photo, one number each, for the engine of the PDF; none without one or for a large one."""
    if photo is None:
        return []
    try:
        with photo.file.open("rb") as file:
            data: Any = file.read(LARGEST_PHOTO + 1)
    except FileNotFoundError:
        return []
    return list(data) if len(data) <= LARGEST_PHOTO else []
