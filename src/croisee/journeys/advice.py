"""What makes a published service more useful: the criteria of quality of data·inclusion, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data_inclusion.schema.v1 import Service, Structure
from data_inclusion.schema.v1.score_qualite import score
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

WORDS: Mapping[str, str | Promise] = {
    "adresse_bien_definie": gettext_lazy("People are to come: write the address."),
    "telephone_bien_defini": gettext_lazy("People are to call: write the telephone number."),
    "courriel_bien_defini": gettext_lazy("People are to write: give the e-mail address of the service."),
    "modes_mobilisation_bien_definis": gettext_lazy("Say how to ask for it, and who may."),
    "date_maj_recente": gettext_lazy(
        "It was last changed more than six months ago: check it, then save it again."
    ),
    "au_moins_une_thematique": gettext_lazy("Choose a theme: that is how it is found."),
    "au_moins_un_public": gettext_lazy("Say for whom it is."),
    "au_moins_un_moyen_de_contact": gettext_lazy("Give a way to be reached: telephone, e-mail or web page."),
    "description_bien_definie": gettext_lazy("Describe it in 200 to 2 000 characters."),
    "frais_bien_definis": gettext_lazy("Say whether it is free; if not, what it costs."),
}
"""What to do about each criterion of the package; one that it adds later is told by its own name."""


def advice_on(model: Any, values: Mapping[str, Any]) -> list[str]:
    """What would make a row that leaves better; empty when nothing would."""
    said = _warnings(type(model), values)
    if isinstance(model, Service):
        results = score(model)[1]
        said += [
            str(WORDS.get(name, name)) for name, value in results.items() if value is not None and value < 1
        ]
    if isinstance(model, Structure):
        if not model.siret:
            said.append(_("Give the SIRET of the organisation: it is how doubles are found."))
        if not model.adresse:
            said.append(_("Its address is not known here: load its SIRENE file, or give its SIRET."))
    return said


def _warnings(model: Any, values: Mapping[str, Any]) -> list[str]:
    """What the package warns of without refusing."""
    try:
        model.model_validate(values, context={"ignore_warnings": False})
    except ValidationError as refusal:
        return [str(error["msg"]) for error in refusal.errors()]
    return []
