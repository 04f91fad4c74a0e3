"""What a table of people followed may hold, under the names that tools and spreadsheets of PLIE give it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.directory.models import Level, Sex
from croisee.foundation.imports.kinds import ClosedList, Slot, Target
from croisee.foundation.tables import Column
from croisee.journeys.models import ExitKind, JourneyState

SLOT = "people"
FAMILY_NAME, GIVEN_NAME, BORN, SEX = "nom", "prenom", "date_naissance", "sexe"
ADDRESS, POSTCODE, TOWN = "adresse", "code_postal", "ville"
PHONE, EMAIL, LEVEL, JOBS = "telephone", "courriel", "niveau", "rome"
REFERENT, ASKED, ENTERED, PLANNED_END = "referent", "date_demande", "date_entree", "fin_prevue"
STATE, EXITED, EXIT_KIND = "etat", "date_sortie", "type_sortie"
PROJECT, LAST_CONTACT = "projet", "dernier_contact"
BOTH_NAMES = ("nom prénom", "nom et prénom", "nom complet", "participant", "bénéficiaire", "identité")

COLUMNS = (
    Column(
        FAMILY_NAME,
        (
            "nom de famille",
            "nom usage",
            "nom d’usage",
            "nom marital",
            "family_name",
            "last_name",
            *BOTH_NAMES,
        ),
        max_length=100,
    ),
    Column(GIVEN_NAME, ("prénom", "prénoms", "given_name", "first_name", *BOTH_NAMES), max_length=100),
    Column(
        BORN,
        ("date de naissance", "né(e) le", "né le", "née le", "naissance", "ddn", "date naiss", "birth_date"),
    ),
    Column(SEX, ("civilité", "genre", "sex", "h/f", "f/h"), required=False, max_length=30),
    Column(ADDRESS, ("adresse 1", "adresse postale", "rue", "address"), required=False, max_length=200),
    Column(POSTCODE, ("cp", "code post", "postcode"), required=False, max_length=10),
    Column(TOWN, ("commune", "localité", "town", "city"), required=False, max_length=80),
    Column(
        PHONE,
        ("tel", "téléphone portable", "tel portable", "portable", "mobile", "n° tel", "phone"),
        required=False,
        max_length=30,
    ),
    Column(EMAIL, ("mail", "e-mail", "adresse mail", "mél", "email"), required=False, max_length=254),
    Column(
        LEVEL,
        ("niveau de formation", "niveau d’études", "niveau scolaire", "diplôme", "level"),
        required=False,
        max_length=80,
    ),
    Column(
        JOBS,
        ("code rome", "codes rome", "rome visé", "métier visé (rome)", "jobs"),
        required=False,
        max_length=120,
    ),
    Column(
        REFERENT,
        (
            "référent de parcours",
            "référent plie",
            "référent unique",
            "conseiller",
            "accompagnateur",
            "referent",
        ),
        required=False,
        max_length=254,
    ),
    Column(
        ASKED,
        ("date de la demande", "date de prescription", "date d’orientation", "prescrit le", "asked_on"),
        required=False,
    ),
    Column(
        ENTERED,
        ("date d’entrée", "entrée", "entré le", "date d’intégration", "date d’agrément", "entered_on"),
        required=False,
    ),
    Column(
        PLANNED_END,
        ("fin prévue", "date de fin prévue", "échéance", "fin de parcours prévue", "planned_end_on"),
        required=False,
    ),
    Column(
        STATE,
        ("état", "statut", "situation du parcours", "état du parcours", "state"),
        required=False,
        max_length=80,
    ),
    Column(EXITED, ("date de sortie", "sorti le", "sortie le", "date fin", "exited_on"), required=False),
    Column(
        EXIT_KIND,
        ("motif de sortie", "type de sortie", "nature de la sortie", "exit_kind"),
        required=False,
        max_length=120,
    ),
    Column(
        PROJECT,
        ("projet professionnel", "projet pro", "objectif", "métier visé", "project"),
        required=False,
        max_length=1000,
    ),
    Column(
        LAST_CONTACT,
        ("date du dernier contact", "dernier rdv", "dernier entretien", "vu le", "last_contact_on"),
        required=False,
    ),
)
LABELS = {
    FAMILY_NAME: _("family name"),
    GIVEN_NAME: _("given name"),
    BORN: _("birth date"),
    SEX: _("sex"),
    ADDRESS: _("address (street)"),
    POSTCODE: _("postcode"),
    TOWN: _("town"),
    PHONE: _("telephone"),
    EMAIL: _("e-mail address"),
    LEVEL: _("level of training"),
    JOBS: _("jobs (ROME codes)"),
    REFERENT: _("référent"),
    ASKED: _("asked on"),
    ENTERED: _("entered on"),
    PLANNED_END: _("planned end"),
    STATE: pgettext_lazy("journey", "state"),
    EXITED: _("exit on"),
    EXIT_KIND: _("kind of exit"),
    PROJECT: _("project"),
    LAST_CONTACT: _("last contact"),
}
SEXES = {
    "f": Sex.WOMAN,
    "femme": Sex.WOMAN,
    "féminin": Sex.WOMAN,
    "mme": Sex.WOMAN,
    "madame": Sex.WOMAN,
    "melle": Sex.WOMAN,
    "mlle": Sex.WOMAN,
    "h": Sex.MAN,
    "m": Sex.MAN,
    "mr": Sex.MAN,
    "homme": Sex.MAN,
    "masculin": Sex.MAN,
    "monsieur": Sex.MAN,
}
"""How tables of the field write it, beside our own words."""
LEVELS = {
    "sans diplôme": Level.NONE,
    "aucun": Level.NONE,
    "aucun diplôme": Level.NONE,
    "niveau 3": Level.LEVEL_3,
    "cap": Level.LEVEL_3,
    "bep": Level.LEVEL_3,
    "cap/bep": Level.LEVEL_3,
    "niveau 4": Level.LEVEL_4,
    "bac": Level.LEVEL_4,
    "bac pro": Level.LEVEL_4,
    "niveau 5": Level.LEVEL_5,
    "bac + 2": Level.LEVEL_5,
    "bts": Level.LEVEL_5,
    "dut": Level.LEVEL_5,
    "niveau 6": Level.LEVEL_6,
    "bac + 3": Level.LEVEL_6,
    "licence": Level.LEVEL_6,
    "master": Level.LEVEL_6,
}
STATES = {
    "en cours": JourneyState.UNDER_WAY,
    "en parcours": JourneyState.UNDER_WAY,
    "actif": JourneyState.UNDER_WAY,
    "active": JourneyState.UNDER_WAY,
    "suivi": JourneyState.UNDER_WAY,
    "suspendu": JourneyState.PAUSED,
    "suspension": JourneyState.PAUSED,
    "en pause": JourneyState.PAUSED,
    "sorti": JourneyState.ENDED,
    "sortie": JourneyState.ENDED,
    "clos": JourneyState.ENDED,
    "clôturé": JourneyState.ENDED,
    "terminé": JourneyState.ENDED,
    "en attente": JourneyState.PROPOSED,
    "demande": JourneyState.PROPOSED,
    "prescrit": JourneyState.PROPOSED,
    "refusé": JourneyState.REFUSED,
}
EXITS = {
    "cdi": ExitKind.LASTING_JOB,
    "cdd de plus de 6 mois": ExitKind.LASTING_JOB,
    "cdd + 6 mois": ExitKind.LASTING_JOB,
    "emploi durable": ExitKind.LASTING_JOB,
    "cdd": ExitKind.SHORT_JOB,
    "cdd de moins de 6 mois": ExitKind.SHORT_JOB,
    "cdd - 6 mois": ExitKind.SHORT_JOB,
    "intérim": ExitKind.SHORT_JOB,
    "formation qualifiante": ExitKind.QUALIFICATION,
    "apprentissage": ExitKind.APPRENTICESHIP,
    "alternance": ExitKind.APPRENTICESHIP,
    "contrat de professionnalisation": ExitKind.APPRENTICESHIP,
    "création d’entreprise": ExitKind.COMPANY,
    "réorientation": ExitKind.OTHER_PROGRAMME,
    "déménagement": ExitKind.MOVED,
    "santé": ExitKind.HEALTH,
    "maladie": ExitKind.HEALTH,
    "retraite": ExitKind.RETIREMENT,
    "abandon": ExitKind.GIVEN_UP,
    "sans nouvelles": ExitKind.NO_NEWS,
    "perdu de vue": ExitKind.NO_NEWS,
    "autre": ExitKind.OTHER,
}


def _referents(target: Target) -> list[tuple[str, str]]:
    """Who follows people in the programme: told by e-mail address, and by name."""
    return [(one.email, str(one)) for one in target.value.referents]


PEOPLE = Slot(
    SLOT,
    _("People followed"),
    COLUMNS,
    _(
        "Any spreadsheet, one row a person: you say next which of its columns is which. Nothing about health is "
        "imported."
    ),
    labels=LABELS,
    together={(FAMILY_NAME, GIVEN_NAME): _("family name, then given name, together")},
    closed={
        SEX: ClosedList(lambda target: Sex.choices, SEXES),
        LEVEL: ClosedList(lambda target: Level.choices, LEVELS),
        STATE: ClosedList(lambda target: JourneyState.choices, STATES),
        EXIT_KIND: ClosedList(lambda target: ExitKind.choices, EXITS),
        REFERENT: ClosedList(_referents, remembered=False),
    },
    dates=frozenset({BORN, ASKED, ENTERED, PLANNED_END, EXITED, LAST_CONTACT}),
)
