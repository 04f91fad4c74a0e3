"""The wording proposed for a clause: texts of ours in French, by kind, dated, filled from the lot.

Each folder of `templates/clauses/wordings/` is named for the day of consultations from which its texts serve. What
is proposed is a draft that the buyer reads, changes and answers for. No text makes residence a condition.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.template import Context, engines
from django.utils import translation
from django.utils.formats import date_format, number_format

from croisee.clauses.formula import Load, quantity
from croisee.clauses.models import ClauseKind, Criterion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from croisee.clauses.models import Lot

VERSIONS = (dt.date(2026, 8, 22),)
FOLDER = "clauses/wordings"
LANGUAGE = "fr"
PUBLICS = {
    Criterion.RSA: "bénéficiaires du revenu de solidarité active (RSA)",
    Criterion.ASS: "bénéficiaires de l’allocation de solidarité spécifique (ASS)",
    Criterion.AAH: "bénéficiaires de l’allocation aux adultes handicapés (AAH) ou d’une pension d’invalidité",
    Criterion.DETLD: "demandeurs d’emploi depuis plus de vingt-quatre mois",
    Criterion.DELD: "demandeurs d’emploi depuis plus de douze mois",
    Criterion.CAP_BEP: "demandeurs d’emploi dont le niveau de formation ne dépasse pas le CAP ou le BEP",
    Criterion.SENIOR: "demandeurs d’emploi de cinquante ans et plus",
    Criterion.JEUNE: "jeunes de moins de vingt-six ans sortis du système scolaire depuis au moins six mois",
    Criterion.ASE: "jeunes sortant de l’aide sociale à l’enfance",
    Criterion.TH: "travailleurs handicapés au sens de l’article L5212-13 du code du travail",
    Criterion.PI: "parents isolés en recherche d’emploi",
    Criterion.PSH_PR: "personnes sans hébergement stable ou en sortant",
    Criterion.REF_DA: "réfugiés et bénéficiaires de la protection subsidiaire ou temporaire",
    Criterion.ZRR: "demandeurs d’emploi de territoires ruraux rencontrant des difficultés particulières",
    Criterion.QPV: "demandeurs d’emploi de quartiers prioritaires rencontrant des difficultés particulières",
    Criterion.DETENTION_MJ: "personnes placées sous main de justice ou sortant de détention",
    Criterion.FLE: "demandeurs d’emploi en apprentissage du français",
    Criterion.PM: "demandeurs d’emploi sans moyen de déplacement",
    Criterion.IAE: "personnes en parcours d’insertion par l’activité économique (EI, ETTI, AI, ACI)",
    Criterion.EA_ESAT: "salariés d’entreprises adaptées et usagers d’établissements d’aide par le travail",
    Criterion.REGIE: "personnes employées par une régie de quartier ou de territoire agréée",
    Criterion.EPIDE_E2C: "personnes prises en charge par un EPIDE ou une école de la deuxième chance",
    Criterion.GEIQ: "personnes en parcours d’insertion dans un groupement d’employeurs (GEIQ)",
    Criterion.PLIE: "participants d’un plan local pour l’insertion et l’emploi (PLIE)",
    Criterion.OPINION: "personnes dont l’éloignement de l’emploi est reconnu par un avis motivé",
}
USUAL = (
    Criterion.IAE,
    Criterion.EA_ESAT,
    Criterion.REGIE,
    Criterion.EPIDE_E2C,
    Criterion.GEIQ,
    Criterion.DELD,
    Criterion.RSA,
    Criterion.ASS,
    Criterion.AAH,
    Criterion.TH,
    Criterion.JEUNE,
    Criterion.SENIOR,
    Criterion.REF_DA,
    Criterion.DETENTION_MJ,
    Criterion.PLIE,
)
"""The publics named when the clause leaves all of them open: those of the CCAG and of local practice."""


@dataclass(frozen=True)
class Filling:
    """What a wording is filled with beside the lot."""

    kind: str
    hours: Decimal | None = None
    per_keuro: Decimal | None = None
    publics: Sequence[str] = field(default_factory=list)
    penalty_per_hour: Decimal | None = None
    reserved_share: int | None = None
    hours_a_day: Decimal = Decimal(7)


def version_for(day: dt.date) -> dt.date:
    """The version whose texts serve consultations of a day: the latest that had begun, else the first."""
    begun = [version for version in VERSIONS if version <= day]
    return max(begun, default=min(VERSIONS))


def proposed(lot: Lot, filling: Filling, on: dt.date) -> str:
    """The text proposed for a lot, in French whatever the reader's language; empty for an exception.

    Reads `lot.contract.operation.facilitateur`.
    """
    if filling.kind not in ClauseKind.values or filling.kind == ClauseKind.EXCEPTION:
        return ""
    folder = f"{FOLDER}/{version_for(lot.contract.consulted_on or on).isoformat()}"
    engine = engines["django"].engine  # type: ignore[attr-defined]  # Django's own backend has one
    with translation.override(LANGUAGE):
        values = Context(_values(lot, filling, folder), autoescape=False)
        text: str = engine.get_template(f"{folder}/{filling.kind}.txt").render(values)
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1]))


def _values(lot: Lot, filling: Filling, folder: str) -> dict[str, Any]:
    facilitateur = lot.contract.operation.facilitateur
    hours = filling.hours or Decimal(0)
    days = number_format(Load(hours, filling.hours_a_day).days, 0, use_l10n=True, force_grouping=True)
    named = filling.publics or USUAL
    return {
        "contract": lot.contract.title,
        "number": lot.number,
        "lot": lot.title,
        "volume": f"{folder}/_volume_{'heures' if filling.per_keuro is None else 'ratio'}.txt",
        "hours": _in_hours(hours, "heures"),
        "days": f"{days}\N{NO-BREAK SPACE}jours",
        "ratio": _in_hours(filling.per_keuro, "heure") if filling.per_keuro is not None else "",
        "dates": _dates(lot),
        "publics": [PUBLICS[Criterion(one)] for one in named if one != Criterion.OPINION],
        "penalty": _in_euros(filling.penalty_per_hour) if filling.penalty_per_hour else "",
        "reserved_share": filling.reserved_share or 50,
        "facilitateur_name": facilitateur.name if facilitateur else "",
        "facilitateur_email": facilitateur.email if facilitateur else "",
    }


def _in_euros(value: Decimal) -> str:
    return quantity(value, "eur").replace(" €", "\N{NO-BREAK SPACE}€")


def _in_hours(value: Decimal, unit: str) -> str:
    text = number_format(value.normalize() + 0, use_l10n=True, force_grouping=True)
    return f"{text}\N{NO-BREAK SPACE}{unit}"


def _dates(lot: Lot) -> str:
    if lot.starts_on is None or lot.ends_on is None:
        return ""
    start, end = (date_format(day, "j F Y") for day in (lot.starts_on, lot.ends_on))
    return f"du {start} au {end}"
