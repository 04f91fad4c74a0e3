"""The columns of a list of contracts: their names in files, and how a page calls them."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from croisee.foundation.tables import Column

LABELS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "buyer_siret": _("SIRET of the buyer"),
        "buyer": _("Buyer"),
        "operation": _("Operation"),
        "address": _("Address of the works"),
        "reference": _("Reference"),
        "object": _("Object"),
        "nature": _("Nature"),
        "framework": _("Framework"),
        "amount": _("Amount signed"),
        "consulted_on": _("Consultation launched on"),
        "notified_on": _("Notified on"),
        "lot": _("Lot number"),
        "lot_title": _("Title of the lot"),
        "trade": _("Trade"),
        "lot_amount": _("Amount of the lot"),
        "starts_on": _("First day"),
        "ends_on": _("Last day"),
        "hours_due": _("Hours due"),
        "hours_per_keuro": _("Hours for 1 000 € ordered"),
        "penalty": _("Penalty for an hour"),
        "holder_siret": _("SIRET of the company"),
        "holder": _("Company"),
        "part": _("Takes part as"),
        "company_hours": _("Hours of the company"),
        "contact_name": _("Contact"),
        "contact_email": _("E-mail of the contact"),
    }
)
REQUIRED = ("buyer_siret", "operation", "reference", "object", "nature", "trade")
# What spreadsheets call them, beside the name and both languages' labels.
ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "buyer_siret": ("SIRET of the buyer", "SIRET de l’acheteur", "SIRET acheteur", "acheteur.id"),
        "buyer": ("Buyer", "Acheteur", "Maître d’ouvrage"),
        "operation": ("Operation", "Opération"),
        "address": ("Address of the works", "Adresse des travaux", "Adresse"),
        "reference": ("Reference", "Référence", "Numéro de marché", "N° de marché", "id"),
        "object": ("Object", "Objet", "Objet du marché"),
        "nature": ("Nature",),
        "framework": ("Framework", "Accord-cadre"),
        "amount": ("Amount signed", "Montant signé", "Montant", "Montant du marché"),
        "consulted_on": ("Consultation launched on", "Consultation lancée le", "Date de consultation"),
        "notified_on": ("Notified on", "Notifié le", "Date de notification"),
        "lot": ("Lot number", "Numéro du lot", "Numéro de lot", "N° de lot"),
        "lot_title": ("Title of the lot", "Intitulé du lot"),
        "trade": ("Trade", "Métier", "Corps d’état"),
        "lot_amount": ("Amount of the lot", "Montant du lot"),
        "starts_on": ("First day", "Premier jour", "Début", "Date de début"),
        "ends_on": ("Last day", "Dernier jour", "Fin", "Date de fin"),
        "hours_due": ("Hours due", "Heures dues", "Heures d’insertion"),
        "hours_per_keuro": (
            "Hours for 1 000 € ordered",
            "Heures pour 1 000 € commandés",
            "Heures par k€",
            "Ratio",
        ),
        "penalty": ("Penalty for an hour", "Pénalité par heure", "Pénalité horaire"),
        "holder_siret": (
            "SIRET of the company",
            "SIRET de l’entreprise",
            "SIRET titulaire",
            "SIRET du titulaire",
        ),
        "holder": ("Company", "Entreprise", "Titulaire"),
        "part": ("Takes part as", "Intervient comme", "Rôle"),
        "company_hours": ("Hours of the company", "Heures de l’entreprise"),
        "contact_name": ("Contact",),
        "contact_email": ("E-mail of the contact", "Courriel du contact", "E-mail", "Courriel"),
    }
)
COLUMNS = tuple(
    Column(name, ALIASES[name], required=name in REQUIRED, max_length=1_000 if name == "object" else 300)
    for name in LABELS
)
