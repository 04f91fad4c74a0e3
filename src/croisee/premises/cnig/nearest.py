"""What of ours is which value of the standards: the nearest one, and what it loses.

No standard holds premises, nor land that is not classic. Each mapping is closed: a test holds it to our lists and to
theirs. Where nothing is near, or what is kept here does not tell, the value is "inconnu" or "autre": never a guess.
The page docs/methods/premises-cnig.md says what each loses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from croisee.premises.kinds import UnitKind
from croisee.premises.models import OwnerKind, SiteState, SiteVocation, UnitState

UNKNOWN, OTHER, NONE = "inconnu", "autre", "sans objet"


@dataclass(frozen=True)
class Nearest:
    """The values for one kind: `usage` (terr_usage), `friche` (site_type of Friches), `building` (bati_type)."""

    usage: str
    friche: str
    building: str


KINDS: Mapping[str, Nearest] = MappingProxyType(
    {
        UnitKind.GROUND_FLOOR: Nearest("bâti résidentiel", "friche commerciale", "résidentiel|commercial"),
        UnitKind.CONVERTED_HOUSING: Nearest("bâti résidentiel", "friche d'habitat", "résidentiel"),
        UnitKind.ASSOCIATION_ROOM: Nearest("autres équipements publics", "friche d'équipement public", OTHER),
        UnitKind.ROOF_CAR_PARK: Nearest("parkings, stationnement", OTHER, NONE),
        UnitKind.BROWNFIELD: Nearest(UNKNOWN, UNKNOWN, UNKNOWN),
        UnitKind.LEFTOVER: Nearest(OTHER, OTHER, NONE),
        UnitKind.LANDLORD_LAND: Nearest(OTHER, "friche d'habitat", NONE),
        UnitKind.MODULAR: Nearest("bâti productif", OTHER, OTHER),
        UnitKind.OFFICE: Nearest("bâti productif", OTHER, "secteur tertiaire"),
        UnitKind.SHOP: Nearest("bâti productif", "friche commerciale", "commercial"),
        UnitKind.WORKSHOP: Nearest("bâti productif", "friche industrielle", "industriel"),
        UnitKind.WAREHOUSE: Nearest("bâti productif", "friche logistique", "industriel"),
        UnitKind.PLOT: Nearest(UNKNOWN, NONE, NONE),
    }
)

OWNERS: Mapping[str, str] = MappingProxyType(
    {
        OwnerKind.SOCIAL_LANDLORD: "organisme de logement social",
        OwnerKind.METROPOLIS: UNKNOWN,
        OwnerKind.STATE: "Etat",
        OwnerKind.EPF: "établissement public foncier",
        OwnerKind.SEM: "SEM ou SPLA",
        OwnerKind.COMPANY: "établissement industriel et commercial",
        OwnerKind.ASSOCIATION: OTHER,
        OwnerKind.CO_OWNERS: "organisation de gestion foncière et immobilière",
        OwnerKind.PERSON: "personne physique",
        OwnerKind.UNKNOWN: UNKNOWN,
    }
)
"""`terr_maitrise_fonc`. Metropolis or commune is one kind here and two there: `tenure` asks the owner's name."""

SELLING: Mapping[str, str] = MappingProxyType(
    {
        UnitState.FOUND: UNKNOWN,
        UnitState.QUALIFIED: "non commercialisé",
        UnitState.AVAILABLE: "en vente",
        UnitState.OPTION: "réservé par option de réservation",
        UnitState.LET: "vendu, commercialisation achevée",
        UnitState.NOTICE: "en vente avec contraintes",
        UnitState.VACANT: "non commercialisé",
        UnitState.WORKS: "non commercialisé",
        UnitState.WITHDRAWN: "non commercialisable",
    }
)
"""`terr_stade_comm`: the standard knows selling and no letting."""

STATUS: Mapping[str, str] = MappingProxyType(
    {
        UnitState.FOUND: "friche potentielle",
        UnitState.QUALIFIED: "friche sans projet",
        UnitState.AVAILABLE: "friche sans projet",
        UnitState.OPTION: "friche avec projet",
        UnitState.LET: UNKNOWN,
        UnitState.NOTICE: UNKNOWN,
        UnitState.VACANT: "friche sans projet",
        UnitState.WORKS: "friche avec projet",
        UnitState.WITHDRAWN: UNKNOWN,
    }
)
"""`site_statut` of Friches, for brownfields; other vacant land is "friche potentielle" at most."""

EMPTY_STATES = frozenset({UnitState.AVAILABLE, UnitState.OPTION, UnitState.VACANT, UnitState.WORKS})
OCCUPIED_STATES = frozenset({UnitState.LET, UnitState.NOTICE})

VOCATIONS: Mapping[str, str] = MappingProxyType(
    {str(vocation): str(vocation.value) for vocation in SiteVocation}
    | {
        str(SiteVocation.AIRPORT): "aéroportuaire, aéronautique",
        str(SiteVocation.LOGISTICS): "entrepôts, logistique",
    }
)
SITE_STATES: Mapping[str, str] = MappingProxyType({str(state): str(state.value) for state in SiteState})
DEVELOPERS = (
    "commune",
    "epci",
    "société d'économie mixte",
    "chambre de commerce et industrie",
    "Etat",
    "privé",
    "inconnu",
    "autre",
    "sans objet",
)
"""`site_moa_type`, which is kept here as the first 20 characters of the value."""


def developer(kept: str) -> str:
    """The `site_moa_type` of what a site keeps; "inconnu" for what is no beginning of one."""
    return next((value for value in DEVELOPERS if kept and value.startswith(kept)), UNKNOWN)


def occupation(kind: str, state: str) -> str:
    """`terr_etat_occup`: land without buildings is "inoccupé", a brownfield "friche", what was occupied "vacant"."""
    if state in OCCUPIED_STATES:
        return "occupation transitoire" if kind == UnitKind.BROWNFIELD else "occupé"
    if kind == UnitKind.BROWNFIELD:
        return "friche"
    if state in EMPTY_STATES:
        bare = (UnitKind.PLOT, UnitKind.LEFTOVER, UnitKind.LANDLORD_LAND, UnitKind.ROOF_CAR_PARK)
        return "inoccupé" if kind in bare else "vacant"
    return UNKNOWN


def tenure(owner_kind: str, owner_name: str) -> str:
    """`terr_maitrise_fonc`: the owner's kind; of a metropolis or a commune, which of both its name says."""
    if owner_kind != OwnerKind.METROPOLIS:
        return OWNERS[owner_kind]
    name = owner_name.casefold()
    if name.startswith(("commune d", "ville d", "mairie d")):
        return "commune"
    if "métropole" in name or "metropole" in name or name.startswith("communauté"):
        return "structure intercommunale"
    return UNKNOWN


def legal_nature(owner_kind: str) -> str:
    """`proprio_personne` of Friches."""
    if owner_kind == OwnerKind.PERSON:
        return "personne physique"
    return UNKNOWN if owner_kind == OwnerKind.UNKNOWN else "personne morale"


def owner_kind_of(tenure_text: str) -> str:
    """Our kind of owner for a `terr_maitrise_fonc`; not known for those that we have no kind of."""
    back = {value: kind for kind, value in OWNERS.items() if value not in (UNKNOWN, OTHER)}
    back |= dict.fromkeys(
        ("structure intercommunale", "commune", "autre collectivité territoriale", "région", "département"),
        OwnerKind.METROPOLIS,
    )
    back |= dict.fromkeys(
        (
            "aménageur",
            "investisseur professionnel",
            "établissement de tourisme et structure de loisir sportive ou cultuelle",
        ),
        OwnerKind.COMPANY,
    )
    return str(back.get(tenure_text, OwnerKind.UNKNOWN))
