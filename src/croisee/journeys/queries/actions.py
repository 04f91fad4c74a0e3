"""Reading about actions: the catalogue, and what of it is published."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.journeys.models import Action, Programme
from croisee.journeys.published import SOURCE, Entry, identifier
from croisee.journeys.vocabulary import NETWORKS
from croisee.territory.models import Establishment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID


class Theme(list[str]):
    """One theme, as the option of a filter on an array: it reads as its value."""

    def __str__(self) -> str:
        return self[0]


def catalogue(account: Account) -> QuerySet[Any]:
    """The actions that one may see, with `people`: how many are on a step of theirs."""
    going_on = Q(steps__state__in=("planned", "under_way", "paused"))
    return (
        Action.objects.visible_to(account)
        .select_related("organisation")
        .annotate(people=Count("steps", filter=going_on))
        .order_by("name", "pk")
    )


def organisations_with_actions(account: Account) -> list[tuple[UUID, str]]:
    """Who offers the actions that one may see."""
    seen = Action.objects.visible_to(account).order_by().values("organisation")
    return list(Organisation.objects.filter(pk__in=seen).order_by("name").values_list("pk", "name"))


def may_change(account: Account, action: Action) -> bool:
    """Whether `account` keeps an action."""
    return Action.objects.managed_by(account).filter(pk=action.pk).exists()


def organisations_kept(account: Account) -> QuerySet[Organisation]:
    """In whose name `account` writes actions."""
    return account.organisations(Role.PROGRAMME_MANAGER).order_by("name")


def entries() -> Iterator[Entry]:
    """Published actions as services, and the organisations that offer them as structures; four queries."""
    actions = list(Action.objects.published().select_related("organisation").order_by("pk"))
    keys = {action.organisation_id for action in actions}
    offering = list(
        Organisation.objects.filter(pk__in=keys).annotate(changed=Max("actions__updated_at")).order_by("pk")
    )
    programmes: dict[UUID, list[Programme]] = defaultdict(list)
    for programme in Programme.objects.filter(organisation__in=keys).order_by("name"):
        programmes[programme.organisation_id].append(programme)
    sirets = [one.siret for one in offering if one.siret]
    places = {one.pk: one for one in Establishment.objects.filter(pk__in=sirets).select_related("commune")}
    for organisation in offering:
        yield _structure(organisation, programmes[organisation.pk], places.get(organisation.siret))
    for action in actions:
        yield as_service(action)


def _structure(organisation: Any, programmes: list[Programme], place: Establishment | None) -> Entry:
    networks = sorted({NETWORKS[one.kind] for one in programmes if one.kind in NETWORKS})
    described = next((one.description for one in programmes if one.description), "")
    values: dict[str, Any] = {
        "source": SOURCE,
        "id": identifier(organisation.pk),
        "nom": organisation.name,
        "date_maj": _day(max(organisation.updated_at, organisation.changed)),
        "siret": organisation.siret,
        "description": described,
        "reseaux_porteurs": networks,
    }
    if place is not None:
        values |= {
            "adresse": place.address,
            "code_postal": place.postcode,
            "commune": place.commune.name,
            "code_insee": place.commune.pk,
            "longitude": place.longitude,
            "latitude": place.latitude,
        }
    return Entry("structure", values, organisation.name)


def as_service(action: Action) -> Entry:
    """An action in the columns of the schema; one that is not saved yet too."""
    values: dict[str, Any] = {
        "source": SOURCE,
        "id": identifier(action.pk),
        "structure_id": identifier(action.organisation_id),
        "nom": action.name,
        "description": action.description,
        "date_maj": _day(action.updated_at or timezone.now()),
        "type": action.type,
        "thematiques": action.themes,
        "publics": action.publics,
        "publics_precisions": action.publics_details,
        "conditions_acces": action.conditions,
        "frais": action.fees,
        "frais_precisions": action.fees_details,
        "modes_accueil": action.welcome,
        "modes_mobilisation": action.reach,
        "mobilisable_par": action.for_whom,
        "mobilisation_precisions": action.reach_details,
        "zone_eligibilite": action.zones,
        "adresse": action.address,
        "code_postal": action.postcode,
        "commune": action.city,
        "code_insee": action.insee,
        "longitude": action.lon,
        "latitude": action.lat,
        "telephone": action.phone,
        "courriel": action.email,
        "lien_mobilisation": action.website,
        "volume_horaire_hebdomadaire": action.weekly_hours and float(action.weekly_hours),
        "nombre_semaines": action.weeks,
    }
    return Entry("service", values, action.name, action.get_absolute_url())


def _day(moment: dt.datetime) -> dt.date:
    # The schema refuses days to come on the clock of the server, which may be behind the one of the people here.
    return moment.astimezone(dt.UTC).date()
