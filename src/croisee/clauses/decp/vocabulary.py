"""The words of the standard: official spellings are the values, so that what is stored is what was published.

Source: schema_decp_v2.0.3.json (139bercy/format-commande-publique).
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """The two lists of a DECP file; a concession has no CPV code, and a value in place of an amount."""

    MARCHE = "marche", _("contract")
    CONCESSION = "concession", _("concession")


class Format(TextChoices):
    """How a contract was written: what its format does not have, it does not say."""

    OF_2019 = "2019", _("format of 2019")
    OF_2022 = "2022", _("format of 2022 (2.0)")
    FLAT = "flat", _("flat table")


class SocialConsideration(TextChoices):
    """What a contract does for employment, as declared by its buyer since the format of 2022."""

    CLAUSE = "Clause sociale", _("social clause")
    CRITERION = "Critère social", _("social criterion")
    RESERVED_CONTRACT = "Marché réservé", _("reserved contract")
    RESERVED_CONCESSION = "Concession réservée", _("reserved concession")
    NONE = "Pas de considération sociale", _("no social consideration")


class EnvironmentalConsideration(TextChoices):
    """What a contract does for the environment, as declared by its buyer since the format of 2022."""

    CLAUSE = "Clause environnementale", _("environmental clause")
    CRITERION = "Critère environnemental", _("environmental criterion")
    NONE = "Pas de considération environnementale", _("no environmental consideration")


SOCIAL = (
    SocialConsideration.CLAUSE,
    SocialConsideration.CRITERION,
    SocialConsideration.RESERVED_CONTRACT,
    SocialConsideration.RESERVED_CONCESSION,
)
"""The considerations that are one."""

WORKS_CPV = "45"
"""Division 45 of the common procurement vocabulary is construction work (règlement (CE) 213/2008)."""
STATE_SIREN = "1"
"""SIREN numbers of the State and its establishments begin with 1, those of local authorities with 2 (INSEE)."""

PLACES: Mapping[str, str] = MappingProxyType(
    {
        "code postal": "Code postal",
        "code commune": "Code commune",
        "code arrondissement": "Code arrondissement",
        "code canton": "Code canton",
        "code departement": "Code département",
        "code region": "Code région",
        "code pay": "Code pays",
    }
)
"""The official types of a place, by their `values.key`."""
