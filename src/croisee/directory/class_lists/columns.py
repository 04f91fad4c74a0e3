"""The columns of a class list, under the names that French school software gives them.

Sources of the headings: exports of SIECLE (base élèves), Pronote and École directe, as schools send them.
"""

from croisee.foundation.tables import Column

FAMILY_NAME, GIVEN_NAME, BORN = "nom", "prenom", "date_naissance"
CLASS, ADDRESS, POSTCODE, CITY = "classe", "adresse", "code_postal", "ville"
LON, LAT = "longitude", "latitude"
ADULT, ADULT_EMAIL, ADULT_PHONE = "responsable", "responsable_courriel", "responsable_telephone"
OWN_EMAIL = "eleve_courriel"

# One column for both: split, see rows.py.
BOTH_NAMES = ("élève", "nom prénom", "nom et prénom", "nom prénom élève", "nom complet")

COLUMNS = (
    Column(
        FAMILY_NAME,
        (
            "nom de famille",
            "nom eleve",
            "nom de l'eleve",
            "nom usage",
            "family_name",
            "last_name",
            "surname",
            *BOTH_NAMES,
        ),
        max_length=100,
    ),
    Column(
        GIVEN_NAME,
        (
            "prénom",
            "prenom 1",
            "prenom eleve",
            "prenom de l'eleve",
            "prenom usuel",
            "given_name",
            "first_name",
            *BOTH_NAMES,
        ),
        max_length=100,
    ),
    Column(
        BORN,
        ("né(e) le", "ne le", "nee le", "date de naissance", "date naiss", "naissance", "birth_date", "born"),
    ),
    Column(
        CLASS,
        ("division", "div", "code division", "libelle division", "classe de rattachement", "class"),
        required=False,
        max_length=40,
    ),
    Column(
        ADDRESS,
        ("adresse 1", "adresse postale", "adresse eleve", "ligne 1 adresse", "address"),
        required=False,
        max_length=200,
    ),
    Column(POSTCODE, ("cp", "postcode", "code postal eleve"), required=False, max_length=10),
    Column(
        CITY, ("commune", "libelle commune", "ville eleve", "localite", "city"), required=False, max_length=80
    ),
    Column(LON, ("lon", "lng", "x"), required=False),
    Column(LAT, ("lat", "y"), required=False),
    Column(
        ADULT,
        (
            "nom responsable",
            "responsable legal",
            "responsable 1",
            "nom responsable legal",
            "nom resp 1",
            "nom resp legal 1",
            "representant legal",
            "contact_name",
        ),
        required=False,
        max_length=150,
    ),
    Column(
        ADULT_EMAIL,
        (
            "adresse mail responsable",
            "courriel responsable",
            "mail responsable",
            "mel responsable",
            "mel resp legal 1",
            "mel resp 1",
            "email responsable",
            "courriel resp 1",
            "adresse e-mail responsable 1",
            "mel responsable 1",
            "mail responsable 1",
            "email responsable 1",
            "courriel responsable 1",
            "contact_email",
        ),
        required=False,
        max_length=254,
    ),
    Column(
        ADULT_PHONE,
        (
            "telephone responsable",
            "telephone responsable 1",
            "tel responsable 1",
            "portable responsable 1",
            "tel responsable",
            "tel resp 1",
            "tel resp legal 1",
            "portable responsable",
            "contact_phone",
        ),
        required=False,
        max_length=30,
    ),
    Column(
        OWN_EMAIL,
        ("mail eleve", "mel eleve", "courriel eleve", "adresse mail eleve", "email eleve", "pupil_email"),
        required=False,
        max_length=254,
    ),
)
