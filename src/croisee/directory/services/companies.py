"""Organisations by their number: what the loaded data know of them, and how they enter."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from croisee.foundation import identifiers
from croisee.foundation.accounts import services as accounts
from croisee.foundation.accounts.models import Membership, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.territory.models import Establishment, School

FIRST_ROLE = {
    Kind.EMPLOYER: Role.EMPLOYER,
    Kind.ASSOCIATION: Role.EMPLOYER,
    Kind.COMMUNE: Role.EMPLOYER,
    Kind.OTHER: Role.EMPLOYER,
    Kind.SCHOOL: Role.SCHOOL_HEAD,
}
"""The role of the first person of an organisation of each kind that can be added."""


def prefill(siret: str) -> dict[str, Any] | None:
    """What the loaded SIRENE knows of an establishment; None when it is not loaded.

    Keys: siret, name ("" when the owner may be a natural person), naf, address, postcode, city, lon, lat (degrees or
    None). Raises identifiers.InvalidIdentifier when `siret` is no SIRET (Luhn; La Poste's own rule).
    """
    number = identifiers.siret(siret)
    found = Establishment.objects.select_related("commune").filter(pk=number).first()
    if found is None:
        return None
    return {
        "siret": number,
        "name": found.name,
        "naf": found.naf,
        "address": found.address,
        "postcode": found.postcode,
        "city": found.commune.name,
        "lon": found.longitude,
        "lat": found.latitude,
    }


def prefill_school(uai: str) -> dict[str, Any] | None:
    """What the loaded directory of schools knows of one: uai, name, address, postcode, city; None when not loaded.

    Raises identifiers.InvalidIdentifier when `uai` is no UAI.
    """
    number = identifiers.uai(uai)
    found = School.objects.select_related("commune").filter(pk=number).first()
    if found is None:
        return None
    city = found.commune.name if found.commune else ""
    return {
        "uai": number,
        "name": found.name,
        "address": found.address,
        "postcode": found.postcode,
        "city": city,
    }


@transaction.atomic
def add_organisation(values: Mapping[str, Any]) -> Membership:
    """An organisation and its first person, who administers it and is written to.

    `values`: kind, name, siret, uai, email, person (their name). Raises ValidationError by field; an organisation of
    that number is there already.
    """
    kind = Kind(values["kind"])
    organisation = Organisation(
        name=values["name"], kind=kind, siret=values.get("siret", ""), uai=values.get("uai", "")
    )
    organisation.full_clean()
    organisation.save()
    return accounts.invite(values["email"], organisation, FIRST_ROLE[kind], values.get("person", ""))
