"""What a table of an owner's premises may hold, under the names that asset software and spreadsheets give it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.imports.kinds import ClosedList, Slot
from croisee.foundation.tables import Column
from croisee.premises.kinds import UnitKind
from croisee.premises.models import UnitState

SLOT = "premises"
REFERENCE, KIND, NAME, STATE = "reference", "type", "nom", "etat"
ADDRESS, POSTCODE, TOWN = "adresse", "code_postal", "ville"
SURFACE, FLOOR, HEIGHT = "surface", "etage", "hauteur"
RENT, CHARGES, FREE_FROM = "loyer", "charges", "disponible_le"
DESCRIPTION, EMAIL, PHONE = "description", "courriel", "telephone"

COLUMNS = (
    Column(
        REFERENCE,
        ("référence", "ref", "réf", "code", "n° local", "numéro", "identifiant", "n° lot", "code ug", "ug"),
        max_length=60,
    ),
    Column(
        NAME, ("désignation", "libellé", "nom du local", "intitulé", "name"), required=False, max_length=150
    ),
    Column(
        KIND,
        ("nature", "type de local", "type de bien", "catégorie", "usage", "kind"),
        required=False,
        max_length=80,
    ),
    Column(
        ADDRESS,
        ("adresse 1", "adresse du local", "rue", "localisation", "address"),
        required=False,
        max_length=200,
    ),
    Column(POSTCODE, ("cp", "code post", "postcode"), required=False, max_length=5),
    Column(TOWN, ("commune", "localité", "town", "city"), required=False, max_length=80),
    Column(
        SURFACE,
        ("surface m2", "surface (m²)", "surface utile", "surface habitable", "m2", "m²", "superficie"),
        required=False,
        max_length=20,
    ),
    Column(FLOOR, ("étage", "niveau", "floor"), required=False, max_length=10),
    Column(HEIGHT, ("hauteur sous plafond", "hsp", "hauteur (m)", "height"), required=False, max_length=10),
    Column(
        RENT,
        ("loyer mensuel", "loyer ht", "loyer mensuel ht", "loyer hors charges", "rent"),
        required=False,
        max_length=20,
    ),
    Column(
        CHARGES, ("charges mensuelles", "provision pour charges", "provisions"), required=False, max_length=20
    ),
    Column(
        FREE_FROM,
        ("date de disponibilité", "disponibilité", "disponible à partir du", "libre le", "available_from"),
        required=False,
        max_length=30,
    ),
    Column(
        STATE,
        ("état", "statut", "situation", "occupation", "état locatif", "state"),
        required=False,
        max_length=80,
    ),
    Column(
        DESCRIPTION,
        ("observations", "commentaire", "remarques", "descriptif"),
        required=False,
        max_length=3000,
    ),
    Column(EMAIL, ("mail", "e-mail", "contact mail", "email"), required=False, max_length=254),
    Column(PHONE, ("tel", "téléphone", "contact téléphone", "phone"), required=False, max_length=30),
)
LABELS = {
    REFERENCE: _("reference of the owner"),
    NAME: _("name"),
    KIND: _("kind"),
    ADDRESS: _("address"),
    POSTCODE: _("postcode"),
    TOWN: _("town"),
    SURFACE: _("surface (m²)"),
    FLOOR: _("floor"),
    HEIGHT: _("height under ceiling (m)"),
    RENT: _("rent (€/month)"),
    CHARGES: _("charges (€/month)"),
    FREE_FROM: _("available from"),
    STATE: pgettext_lazy("premises", "state"),
    DESCRIPTION: _("description"),
    EMAIL: _("e-mail address"),
    PHONE: _("telephone"),
}
KINDS = {
    "local commercial": UnitKind.GROUND_FLOOR,
    "pied d’immeuble": UnitKind.GROUND_FLOOR,
    "pied d'immeuble": UnitKind.GROUND_FLOOR,
    "rez-de-chaussée": UnitKind.GROUND_FLOOR,
    "rdc": UnitKind.GROUND_FLOOR,
    "local professionnel": UnitKind.GROUND_FLOOR,
    "logement": UnitKind.CONVERTED_HOUSING,
    "appartement": UnitKind.CONVERTED_HOUSING,
    "logement transformé": UnitKind.CONVERTED_HOUSING,
    "local associatif": UnitKind.ASSOCIATION_ROOM,
    "lcr": UnitKind.ASSOCIATION_ROOM,
    "parking": UnitKind.ROOF_CAR_PARK,
    "toiture": UnitKind.ROOF_CAR_PARK,
    "friche": UnitKind.BROWNFIELD,
    "délaissé": UnitKind.LEFTOVER,
    "terrain": UnitKind.LANDLORD_LAND,
    "modulaire": UnitKind.MODULAR,
    "algeco": UnitKind.MODULAR,
    "bureau": UnitKind.OFFICE,
    "bureaux": UnitKind.OFFICE,
    "boutique": UnitKind.SHOP,
    "commerce": UnitKind.SHOP,
    "magasin": UnitKind.SHOP,
    "atelier": UnitKind.WORKSHOP,
    "local d’activité": UnitKind.WORKSHOP,
    "entrepôt": UnitKind.WAREHOUSE,
    "hangar": UnitKind.WAREHOUSE,
    "lot": UnitKind.PLOT,
}
"""How lists of owners write it, beside our own words."""
SAID_STATES = (
    UnitState.AVAILABLE,
    UnitState.LET,
    UnitState.NOTICE,
    UnitState.VACANT,
    UnitState.WORKS,
    UnitState.WITHDRAWN,
)
"""What an owner's list may say; an option is put and lifted here, with its day."""
STATES = {
    "libre": UnitState.AVAILABLE,
    "disponible": UnitState.AVAILABLE,
    "à louer": UnitState.AVAILABLE,
    "en commercialisation": UnitState.AVAILABLE,
    "loué": UnitState.LET,
    "louée": UnitState.LET,
    "occupé": UnitState.LET,
    "bail en cours": UnitState.LET,
    "préavis": UnitState.NOTICE,
    "congé": UnitState.NOTICE,
    "congé donné": UnitState.NOTICE,
    "vacant": UnitState.VACANT,
    "vide": UnitState.VACANT,
    "travaux": UnitState.WORKS,
    "en travaux": UnitState.WORKS,
    "retiré": UnitState.WITHDRAWN,
    "vendu": UnitState.WITHDRAWN,
    "démoli": UnitState.WITHDRAWN,
}


def said_states() -> list[tuple[str, str]]:
    """The states that a list may say, in words."""
    return [(str(state), str(state.label)) for state in SAID_STATES]


PREMISES = Slot(
    SLOT,
    _("Premises of the owner"),
    COLUMNS,
    _(
        "Any spreadsheet, one row for each unit: you say next which of its columns is which. The reference tells units "
        "apart, from one file to the next."
    ),
    labels=LABELS,
    closed={
        KIND: ClosedList(lambda target: UnitKind.choices, KINDS),
        STATE: ClosedList(lambda target: said_states(), STATES),
    },
    dates=frozenset({FREE_FROM}),
)
