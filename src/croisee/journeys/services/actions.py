"""Actions of the territory: written, closed; published files, written whole or not at all."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.services import Stale
from croisee.foundation.tables.folders import replaced_folder
from croisee.journeys.models import Action
from croisee.journeys.published import Fault, Publication, publication, validated
from croisee.journeys.queries.actions import as_service, organisations_kept
from croisee.territory.address_search import search_addresses
from croisee.territory.answers import place_of

if TYPE_CHECKING:
    from pathlib import Path

    from croisee.foundation.accounts.models import Account

KEPT_SECONDS = 600
_CACHED = "journeys.publication:"
FILES = ("structures", "services")
FIELDS_OF = {
    "nom": "name",
    "description": "description",
    "type": "type",
    "thematiques": "themes",
    "publics": "publics",
    "publics_precisions": "publics_details",
    "conditions_acces": "conditions",
    "frais": "fees",
    "frais_precisions": "fees_details",
    "modes_accueil": "welcome",
    "modes_mobilisation": "reach",
    "mobilisable_par": "for_whom",
    "mobilisation_precisions": "reach_details",
    "zone_eligibilite": "zones",
    "adresse": "address",
    "code_postal": "postcode",
    "commune": "city",
    "code_insee": "insee",
    "telephone": "phone",
    "courriel": "email",
    "lien_mobilisation": "website",
    "volume_horaire_hebdomadaire": "weekly_hours",
    "nombre_semaines": "weeks",
}
"""Which column of ours each column of the schema is."""


@transaction.atomic
def save_action(action: Action, account: Account, *, seen: dt.datetime | None = None) -> Action:
    """Write an action, new or changed; its address is found on the map. Return it.

    One that is to be published is validated as the schema asks. Raises Stale, or ValidationError by field.
    """
    if not action._state.adding:
        row = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
        if seen is not None and abs((row.updated_at - seen).total_seconds()) > 0.001:
            raise Stale
    if not organisations_kept(account).filter(pk=action.organisation_id).exists():
        raise ValidationError(
            {"organisation": _("Choose an organisation whose programmes you manage.")}, code="not_managed"
        )
    _locate(action)
    action.full_clean()
    if action.is_published:
        _check(action)
    action.save()
    transaction.on_commit(forget_published)
    return action


def _locate(action: Action) -> None:
    """The point and the commune of an address that is found exactly as it is written; none otherwise."""
    action.lon = action.lat = None
    action.insee = ""
    written = " ".join(part for part in (action.address, action.postcode, action.city) if part)
    if not written:
        return
    found = next(iter(search_addresses(written, 1)), None)
    place = place_of(found.identifier) if found is not None and found.exact else None
    if place is not None:
        action.lon, action.lat = place.longitude, place.latitude
        action.insee = place.commune.pk if place.commune else ""


def _check(action: Action) -> None:
    """Raise ValidationError by field for what the schema would refuse, and what a useful sheet lacks most."""
    wrong: dict[str, list[str]] = {}
    if not action.themes:
        wrong["themes"] = [_("Choose a theme: that is how it is found.")]
    for fault in validated([as_service(action)]).faults:
        if fault.column != "structure_id":
            text = _("%(problem)s. %(remedy)s")
            said = text % {"problem": _sentence(fault), "remedy": fault.remedy}
            wrong.setdefault(FIELDS_OF.get(fault.column, "name"), []).append(said)
    if wrong:
        raise ValidationError(wrong)


def _sentence(fault: Fault) -> str:
    return fault.problem[:1].upper() + fault.problem[1:].rstrip(".")


@transaction.atomic
def close_action(action: Action, on: dt.date | None = None) -> Action:
    """Have an action take nobody any more after a day (yesterday): it leaves the catalogue and what is published.

    The steps that it is on keep it.
    """
    row = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    row.ends_on = on or timezone.localdate() - dt.timedelta(days=1)
    row.save()
    transaction.on_commit(forget_published)
    return row


def forget_published() -> None:
    """Have what is published read again: it changed."""
    cache.delete_many([_CACHED + name for name in FILES])


def published_json(name: str) -> str:
    """`structures` or `services` as JSON, read again at most once in ten minutes."""
    kept: str | None = cache.get(_CACHED + name)
    if kept is None:
        made = publication()
        texts = {_CACHED + one: as_json(getattr(made, one)) for one in FILES}
        cache.set_many(texts, KEPT_SECONDS)
        kept = texts[_CACHED + name]
    return kept


def as_json(rows: list[dict[str, Any]]) -> str:
    """Rows as the schema's tools read them."""
    return json.dumps(rows, ensure_ascii=False, indent=1)


def export(folder: Path) -> Publication:
    """Write `structures.json` and `services.json` into a folder, both or neither; return what is in them.

    Raises OutputFailed for what the disk refuses.
    """
    made = publication()
    with replaced_folder(folder) as fresh:
        for name in FILES:
            (fresh / f"{name}.json").write_text(as_json(getattr(made, name)) + "\n", encoding="utf-8")
    return made
