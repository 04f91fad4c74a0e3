"""Under which title somebody occupies premises, and what the law says of how long: pure rules, no database.

Two services let premises (the incubator and the supply of premises); both ask here.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Tenure(TextChoices):
    """The contract under which premises are occupied."""

    DEROGATORY = "derogatory", _("short lease (bail dérogatoire, C. com. L145-5)")
    PRECARIOUS = "precarious", _("precarious occupation (convention, C. com. L145-5-1)")
    COMMERCIAL = "commercial", _("commercial lease (bail commercial 3-6-9)")
    PROFESSIONAL = "professional", _("professional lease (bail professionnel)")
    PUBLIC_DOMAIN = "public_domain", _("occupation of the public domain (AOT, COT)")
    SERVICES = "services", _("services with a seat (contrat de prestations, coworking)")
