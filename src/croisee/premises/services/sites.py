"""What is done with economic sites: written, outlined. Each verb is one transaction.

What cannot be done is a ValidationError whose sentences are for who asked; nothing is then changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.services.people import Stale
from croisee.foundation.dates import in_words
from croisee.foundation.identifiers import InvalidIdentifier, commune
from croisee.premises.inventory import consultation_ends, too_early
from croisee.premises.models import Site, Unit
from croisee.premises.outlines import LARGEST, hectares, holds, read_outline
from croisee.territory.models import Commune

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

FARTHEST = dt.timedelta(days=731)
"""How long beforehand a consultation is announced at most."""
WRITABLE = frozenset(
    {
        "name",
        "zone",
        "vocation",
        "state",
        "gross",
        "useful",
        "commune_code",
        "commune_name",
        "manager_kind",
        "manager_name",
        "identified_on",
        "updated_on",
        "consulted_on",
    }
)


@transaction.atomic
def add_site(values: Mapping[str, Any], account: Account | None) -> Site:
    """A new site. `values` by the names of the model's fields. Raises ValidationError by field, KeyError."""
    site = Site()
    _write(site, values)
    return site


@transaction.atomic
def change_site(
    site: Site, values: Mapping[str, Any], account: Account | None, seen: dt.datetime | None = None
) -> Site:
    """Write what changes in a site. `seen` is `updated_at` as it was shown. Raises Stale, and what `add_site` does."""
    _hold(site)
    if seen is not None and site.updated_at != seen:
        raise Stale
    _write(site, values)
    return site


@transaction.atomic
def outline_site(site: Site, upload: Any, account: Account | None) -> int:
    """Draw the outline of a site from a GeoJSON file, and put the units that lie in it, and in no site yet, in it.

    The gross surface follows from the outline where nobody gave it. Returns how many units were put there. Raises
    ValidationError by field.
    """
    _hold(site)
    if not upload:
        raise ValidationError({"file": _("Choose a file.")})
    try:
        site.outline = read_outline(upload.read(LARGEST + 1))
    except ValidationError as refusal:
        raise ValidationError({"file": refusal.messages}) from refusal
    if site.gross is None:
        site.gross = hectares(site.outline)
    site.full_clean()
    site.save()
    return _take_in(site, bytes(site.outline))


def _take_in(site: Site, outline: bytes) -> int:
    placed = Unit.objects.filter(site__isnull=True, lon__isnull=False, lat__isnull=False)
    inside = [
        pk
        for pk, lon, lat in placed.values_list("pk", "lon", "lat")
        if lon is not None and lat is not None and holds(outline, lon, lat)
    ]
    return Unit.objects.filter(pk__in=inside, site__isnull=True).update(site=site, updated_at=timezone.now())


def _hold(site: Site) -> None:
    """Read a site again under the lock of its row."""
    site.refresh_from_db(from_queryset=Site.objects.select_for_update(of=("self",)))


def _write(site: Site, values: Mapping[str, Any]) -> None:
    if unknown := set(values) - WRITABLE:
        raise KeyError(", ".join(sorted(unknown)))
    for name, value in values.items():
        setattr(site, name, value)
    try:
        site.commune_code = commune(site.commune_code)
    except InvalidIdentifier as error:
        raise ValidationError({"commune_code": str(error)}) from error
    known = Commune.objects.filter(code=site.commune_code).values_list("name", flat=True).first()
    site.commune_name = known or site.commune_name
    _check(site)
    site.full_clean()
    site.save()


def _check(site: Site) -> None:
    """Raises ValidationError by field for what cannot be."""
    today = timezone.localdate()
    faults = {
        name: _("This day has not come yet.")
        for name in ("identified_on", "updated_on")
        if getattr(site, name) is not None and getattr(site, name) > today
    }
    if site.consulted_on is not None and site.consulted_on > today + FARTHEST:
        faults["consulted_on"] = _("This day is too far away.")
    if site.gross is not None and site.useful is not None and site.useful > site.gross:
        faults["useful"] = _("The useful surface is no larger than the gross one.")
    if site.zone and site.updated_on is not None and too_early(site.updated_on, site.consulted_on):
        last = consultation_ends(site.consulted_on)  # type: ignore[arg-type]  # too_early says that there is one
        faults["updated_on"] = _(
            "The owners and occupants are consulted for thirty days, until %(day)s: the inventory comes after it "
            "(code de l’urbanisme, L318-8-2)."
        ) % {"day": in_words(last)}
    if not site.commune_name:
        faults["commune_name"] = _("Give the name of the commune: it is not loaded here.")
    if faults:
        raise ValidationError(faults)
