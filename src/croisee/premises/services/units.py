"""What is done with premises and plots: written, moved along their states, photographed. Each verb is one transaction.

What cannot be done is a ValidationError whose sentences are for who asked; nothing is then changed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.services.people import Stale
from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.foundation.documents.uploads import checked
from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.premises.models import EMPTY, Letting, OwnerKind, Picture, PictureKind, Unit, UnitState
from croisee.premises.models.units import PARCEL_SHAPE
from croisee.premises.pictures import Unreadable, bare
from croisee.premises.services.offering import mirror
from croisee.premises.services.spells import DAY, begin, check_day, open_spell, pass_to
from croisee.premises.siting import neighbourhood_at

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

OCCUPIED = (UnitState.LET, UnitState.NOTICE)
MOST_PICTURES = 20
FIRST_YEAR = 1990
LAST_DAY = dt.date(2100, 1, 1)
WRITABLE = frozenset(
    field.name
    for field in Unit._meta.concrete_fields
    if field.name not in ("id", "created_at", "updated_at", "state", "opportunity")
)
"""What `add` and `change` take; the state moves by `move`."""
KIND_OF_OWNER = {
    Kind.METROPOLIS: OwnerKind.METROPOLIS,
    Kind.COMMUNE: OwnerKind.METROPOLIS,
    Kind.ASSOCIATION: OwnerKind.ASSOCIATION,
    Kind.EMPLOYER: OwnerKind.COMPANY,
}


@transaction.atomic
def add(
    values: Mapping[str, Any],
    owner: Organisation | None,
    account: Account | None,
    on: dt.date | None = None,
) -> Unit:
    """A unit that was found, in its first period from `on` (today). `values` by the names of the model's fields.

    Raises ValidationError by field, KeyError for a name that is no field of one's own to write.
    """
    day = on or timezone.localdate()
    if day > timezone.localdate():
        raise ValidationError({"on": _("This day has not come yet.")})
    unit = Unit(owner=owner)
    if owner is not None and "owner_kind" not in values:
        unit.owner_kind = KIND_OF_OWNER.get(Kind(owner.kind), OwnerKind.SOCIAL_LANDLORD)
    _write(unit, values)
    begin(unit, day)
    return unit


@transaction.atomic
def change(
    unit: Unit, values: Mapping[str, Any], account: Account | None, seen: dt.datetime | None = None
) -> Unit:
    """Write what changes in a unit, and its opportunity with it; the state stays.

    `seen` is `updated_at` as the form showed it. Raises Stale, ValidationError by field, KeyError as `add` does.
    """
    _hold(unit)
    if seen is not None and unit.updated_at != seen:
        raise Stale
    _write(unit, values)
    mirror(unit)
    return unit


@transaction.atomic
def move(unit: Unit, transition: str, account: Account | None, on: dt.date | None = None) -> Unit:
    """Move a unit along its states from a day on (today): its periods, since when it is empty and its offer follow.

    Two moves on one day leave the last one alone. Raises ValidationError, KeyError for an unknown transition.
    """
    day = on or timezone.localdate()
    _hold(unit)
    running = open_spell(unit)
    check_day(unit, running, day)
    try:
        perform(unit, transition, account)
    except TransitionRefused as refused:
        raise ValidationError(refused.reason) from refused
    pass_to(running, unit.state, day)
    _follow_occupant(unit, transition, day)
    _note_vacancy(unit, day)
    unit.save(update_fields=["vacant_since", "updated_at"])
    mirror(unit)
    return unit


@transaction.atomic
def vacate(unit: Unit, account: Account | None, on: dt.date | None = None) -> Unit:
    """Nobody occupies a unit any more from a day on (today): it is vacant, unless it is offered or held already.

    Raises ValidationError.
    """
    day = on or timezone.localdate()
    _hold(unit)
    if unit.state in OCCUPIED:
        return move(unit, "empty", account, day)
    _follow_occupant(unit, "empty", day)
    _note_vacancy(unit, day)
    unit.save(update_fields=["vacant_since", "updated_at"])
    return unit


@transaction.atomic
def add_picture(
    unit: Unit,
    upload: Any,
    caption: str,
    account: Account | None,
    kind: str = PictureKind.PHOTO,
    taken_on: dt.date | None = None,
) -> Picture:
    """Keep a photo, or a plan (which may be a PDF), without what the file tells beside its pixels.

    Raises ValidationError by field: no file, no picture, more than 5 MB, no caption, a day to come, too many.
    """
    _hold(unit)
    if Picture.objects.filter(unit=unit).count() >= MOST_PICTURES:
        raise ValidationError(
            _("%(most)d pictures are enough for one unit: remove one first.") % {"most": MOST_PICTURES}
        )
    if taken_on is not None and taken_on > timezone.localdate():
        raise ValidationError({"taken_on": _("This day has not come yet.")})
    name, content = _content(upload, kind)
    picture = Picture(unit=unit, kind=kind, caption=" ".join(caption.split()), taken_on=taken_on)
    picture.file.name = name
    picture.full_clean(exclude=["unit"])
    picture.file.save(name, ContentFile(content), save=False)
    stored = picture.file
    try:
        picture.save()
    except BaseException:
        stored.storage.delete(str(stored.name))
        raise
    return picture


@transaction.atomic
def remove_picture(picture: Picture, account: Account | None) -> None:
    """Delete a picture, and its file once that is certain."""
    file = picture.file
    storage, name = file.storage, str(file.name)
    picture.delete()
    transaction.on_commit(lambda: storage.delete(name))


def _hold(unit: Unit) -> None:
    """Read a unit again under the lock of its row."""
    unit.refresh_from_db(from_queryset=Unit.objects.select_for_update(of=("self",)))


def _write(unit: Unit, values: Mapping[str, Any]) -> None:
    if unknown := set(values) - WRITABLE:
        raise KeyError(", ".join(sorted(unknown)))
    point, empty_since = (unit.lon, unit.lat), unit.vacant_since
    for name, value in values.items():
        setattr(unit, name, value)
    unit.parcels = parcels(unit.parcels)
    if unit.vacant_since is None and empty_since is not None and unit.state in EMPTY:
        raise ValidationError({"vacant_since": _("These premises are empty: say since when.")})
    _check(unit)
    unit.full_clean(exclude=["opportunity"])
    if "zone_codes" not in values and (unit.lon, unit.lat) != point:
        unit.zone_codes = "" if unit.lon is None or unit.lat is None else neighbourhood_at(unit.lon, unit.lat)
    unit.save()


def parcels(given: list[str]) -> list[str]:
    """Parcels of the cadastre as they are kept, each once, in order. Raises ValidationError for another shape."""
    kept = list(dict.fromkeys("".join(one.split()).upper() for one in given if one.strip()))
    wrong = [one for one in kept if not re.match(PARCEL_SHAPE, one)]
    if wrong:
        raise ValidationError(
            {
                "parcels": _(
                    "“%(parcel)s” is no parcel: 14 characters, the commune (5), its prefix (3), the section (2), "
                    "the number (4), such as 35238000AB0123."
                )
                % {"parcel": wrong[0]}
            }
        )
    return kept


def _check(unit: Unit) -> None:
    """Raises ValidationError by field for what cannot be."""
    today = timezone.localdate()
    faults = {}
    if unit.vacant_since is not None and unit.state in OCCUPIED:
        faults["vacant_since"] = _("Somebody occupies these premises: leave this day empty.")
    elif isinstance(unit.vacant_since, dt.date) and unit.vacant_since > today:
        faults["vacant_since"] = _("This day has not come yet.")
    if isinstance(unit.checked_on, dt.date) and unit.checked_on > today:
        faults["checked_on"] = _("This day has not come yet.")
    year = unit.cfe_free_since
    if isinstance(year, int) and not FIRST_YEAR <= year <= today.year:
        faults["cfe_free_since"] = _("Give a year from %(first)d to %(last)d.") % {
            "first": FIRST_YEAR,
            "last": today.year,
        }
    for name in ("available_from", "available_until"):
        day = getattr(unit, name)
        if isinstance(day, dt.date) and day > LAST_DAY:
            faults[name] = _("This day is too far away.")
    for name, most in (("lon", 180), ("lat", 90)):
        degrees = getattr(unit, name)
        if isinstance(degrees, int | float) and not -most <= degrees <= most:
            faults[name] = _("Give degrees, from -%(most)d to %(most)d.") % {"most": most}
    if unit.erp_category and not unit.erp_type:
        faults["erp_type"] = _("A category goes with a type: choose the type.")
    if faults:
        raise ValidationError(faults)


def _note_vacancy(unit: Unit, day: dt.date) -> None:
    """Since when nobody occupies a unit: kept while it is empty, forgotten once it is let."""
    if unit.state in OCCUPIED:
        unit.vacant_since = None
    elif unit.state in EMPTY and unit.vacant_since is None and not _occupied(unit, day):
        unit.vacant_since = day


def _occupied(unit: Unit, day: dt.date) -> bool:
    """Whether a letting runs on that day: a unit under notice is offered and held while somebody is in it."""
    running = Letting.objects.filter(unit=unit, starts_on__lte=day)
    return running.exclude(left_on__lt=day).exists()


def _follow_occupant(unit: Unit, transition: str, day: dt.date) -> None:
    """What a move says of who is in the unit, where the letting does not say it yet."""
    running = Letting.objects.select_for_update(of=("self",)).filter(unit=unit, left_on__isnull=True).first()
    if running is None:
        return
    if transition == "empty":
        running.left_on = max(day - DAY, running.starts_on)
    elif transition == "give_notice" and running.notice_on is None:
        running.notice_on = max(day, running.starts_on)
    elif transition == "stay":
        running.notice_on = running.leaves_on = None
    else:
        return
    running.save()


def _content(upload: Any, kind: str) -> tuple[str, bytes]:
    """The name and the bytes to keep of an uploaded file."""
    try:
        file = checked(upload)
        if file is None:
            raise ValidationError(_("Choose a file."))
        ending = str(file.name).rpartition(".")[2]
        data = file.read()
        if ending == "pdf" and kind != PictureKind.PLAN:
            raise ValidationError(_("A photo is a JPEG or PNG file; a PDF can be a plan."))
        return f"{kind}.{ending}", data if ending == "pdf" else bare(data)
    except Unreadable as error:
        raise ValidationError(
            {"file": _("This picture cannot be read: take it or export it again as JPEG or PNG.")}
        ) from error
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error
