"""The walk with a telephone: what is sent is kept once, then becomes a unit, adds to a known one, or is dismissed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from croisee.foundation.database.locks import hold
from croisee.foundation.documents.uploads import checked
from croisee.foundation.lifecycles.services import perform
from croisee.premises.models import Sighting, SightingPhoto, SightingState, Unit
from croisee.premises.pictures import Unreadable, bare
from croisee.premises.services import units

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

FIELDS = ("kind", "surface", "empty", "address", "note", "lon", "lat", "accuracy", "seen_at")
MOST_PHOTOS = 6


@transaction.atomic
def receive(key: UUID, values: Mapping[str, Any], account: Account) -> Sighting:
    """What was seen, as the telephone sends it: the same `key` again finds the first, and brings it up to date.

    `values`: `FIELDS`. What was looked at since stays as it is. Raises ValidationError by field, or when another
    account sent something of this key.
    """
    hold([f"premises.sighting:{key}"])
    row = Sighting.objects.select_for_update(of=("self",)).filter(client_key=key).first()
    if row is None:
        row = Sighting(client_key=key, seen_by=account)
    elif row.seen_by_id != account.pk:
        raise ValidationError(_("Somebody else sent this: write it down again."))
    elif row.state != SightingState.RECEIVED:
        return row
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def add_photo(sighting: Sighting, key: UUID, upload: Any) -> SightingPhoto:
    """A photo of what was seen, without what the file tells beside its pixels; the same `key` again finds the first.

    Raises ValidationError when it is no JPEG or PNG of 5 MB at most, or there are six of them already.
    """
    row = Sighting.objects.select_for_update(of=("self",)).get(pk=sighting.pk)
    known: SightingPhoto | None = row.photos.filter(client_key=key).first()
    if known is not None:
        return known
    file = checked(upload)
    if file is None or file.name.endswith(".pdf"):
        raise ValidationError(_("A photo is a JPEG or a PNG."))
    if row.photos.count() >= MOST_PHOTOS:
        raise ValidationError(_("Six photos are kept of each place at most."))
    try:
        kept = ContentFile(bare(file.read()), file.name)
    except Unreadable as fault:
        raise ValidationError(_("This photo cannot be read: take it again.")) from fault
    photo = SightingPhoto(sighting=row, client_key=key, file=kept)
    photo.full_clean()
    photo.save()
    return photo


@transaction.atomic
def keep(sighting: Sighting, values: Mapping[str, Any], account: Account) -> Unit:
    """Make a unit of what was seen, with its photos. `values`: of `units.add`. Raises ValidationError by field."""
    row = _locked(sighting)
    unit = units.add(values, None, account)
    _hand_over(row, unit, account)
    perform(row, "keep", account)
    return unit


@transaction.atomic
def attach(sighting: Sighting, unit: Unit, account: Account) -> Unit:
    """Add what was seen, with its photos, to a unit that was known; it counts as checked on that day."""
    row = _locked(sighting)
    _hand_over(row, unit, account)
    perform(row, "know", account)
    return unit


@transaction.atomic
def move(sighting: Sighting, transition: str, account: Account) -> Sighting:
    """Dismiss what was seen, or look at it again. Raises TransitionRefused, KeyError for an unknown transition."""
    row = _locked(sighting)
    perform(row, transition, account)
    return row


def _locked(sighting: Sighting) -> Sighting:
    found: Sighting = Sighting.objects.select_for_update(of=("self",)).get(pk=sighting.pk)
    if found.state not in (SightingState.RECEIVED, SightingState.DISMISSED):
        raise ValidationError(_("This was looked at already: see the unit that it became."))
    return found


def _hand_over(row: Sighting, unit: Unit, account: Account) -> None:
    """The photos and the day of the visit, from what was seen to the unit."""
    caption = row.address or str(row.get_kind_display())
    day = localdate(row.seen_at)
    for photo in row.photos.all():
        with photo.file.open("rb") as source:
            units.add_picture(unit, File(source, photo.file.name), caption, account, taken_on=day)
    if unit.checked_on is None or unit.checked_on < day:
        Unit.objects.filter(pk=unit.pk).update(checked_on=day)
    row.unit = unit
    row.save()
