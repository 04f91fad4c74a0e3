"""The incubators in the columns of data·inclusion: each a structure, with the service that it offers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from croisee.incubation.models import Incubator
from croisee.journeys.published import SOURCE, Entry, identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

THEMES = (
    "creer-une-entreprise--definir-son-projet-de-creation-dentreprise",
    "creer-une-entreprise--structurer-son-projet-de-creation-dentreprise",
    "creer-une-entreprise--developper-son-entreprise",
)


def entries() -> Iterator[Entry]:
    """A structure and a service for each incubator; one query."""
    for row in Incubator.objects.select_related("organisation").order_by("pk"):
        yield _structure(row)
        yield _service(row)


def _where(row: Incubator) -> dict[str, Any]:
    return {
        "adresse": row.address,
        "code_postal": row.postcode,
        "commune": row.city,
        "longitude": row.lon,
        "latitude": row.lat,
        "telephone": row.phone,
        "courriel": row.email,
        "date_maj": row.updated_at.astimezone(dt.UTC).date(),
        "source": SOURCE,
    }


def _structure(row: Incubator) -> Entry:
    # Its own identifier: an organisation may run several, and is published besides for what else it does.
    values = _where(row) | {"id": identifier(row.pk), "nom": row.name, "description": row.description}
    return Entry("structure", values, row.name, row.get_absolute_url())


def _service(row: Incubator) -> Entry:
    described = row.description or _(
        "Advice, a place and neighbours for companies that begin, in a priority neighbourhood."
    )
    reach = [
        how for how, value in (("envoyer-un-courriel", row.email), ("telephoner", row.phone)) if value
    ] or ["se-presenter"]
    values = _where(row) | {
        "id": identifier(f"{row.pk}-projets"),
        "structure_id": identifier(row.pk),
        "nom": _("Business project: advice and a place"),
        "description": described,
        "type": "accompagnement",
        "thematiques": list(THEMES),
        "publics": ["tous-publics"],
        "modes_accueil": ["en-presentiel"],
        "modes_mobilisation": reach,
        "mobilisable_par": ["usagers", "professionnels"],
    }
    return Entry("service", values, row.name, row.get_absolute_url())
