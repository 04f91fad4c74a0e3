"""The columns of a payroll table, under the names that payroll software gives them."""

from croisee.foundation.tables import Column

CONTRACT, FAMILY_NAME, GIVEN_NAME, BORN = "contrat", "nom", "prenom", "date_naissance"
MONTH, HOURS = "mois", "heures"

# One column for both names: read in either order.
BOTH_NAMES = (
    "salarié",
    "salarie",
    "personne",
    "nom prénom",
    "nom et prénom",
    "nom complet",
    "intérimaire",
    "employee",
    "name",
)

COLUMNS = (
    Column(
        CONTRACT,
        ("référence", "reference", "ref contrat", "référence du contrat", "numéro de contrat", "contract"),
        required=False,
        max_length=40,
    ),
    Column(
        FAMILY_NAME,
        ("nom de famille", "nom salarie", "nom usage", "family_name", "last_name", "surname", *BOTH_NAMES),
        required=False,
        max_length=200,
    ),
    Column(
        GIVEN_NAME,
        ("prénom", "prenom salarie", "given_name", "first_name", *BOTH_NAMES),
        required=False,
        max_length=200,
    ),
    Column(
        BORN,
        ("date de naissance", "né le", "née le", "né(e) le", "naissance", "birth_date"),
        required=False,
        max_length=30,
    ),
    Column(
        MONTH, ("période", "periode", "mois de paie", "période de paie", "month", "period"), max_length=30
    ),
    Column(
        HOURS,
        (
            "heures travaillées",
            "nombre d'heures",
            "nb heures",
            "total heures",
            "heures réalisées",
            "heures payées",
            "hours",
        ),
        max_length=30,
    ),
)
