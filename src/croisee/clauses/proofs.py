"""The proof that each criterion of eligibility asks for.

Source: administrative criteria of integration by work (arrêté du 1er septembre 2021) and the CCAG of 2021; the age of a
proof at most is a dated figure (`Figure.PROOF_MONTHS`), not written here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models import Criterion

ASKED: Mapping[str, str | Promise] = MappingProxyType(
    {
        Criterion.RSA: _("attestation of the CAF or the MSA"),
        Criterion.ASS: _("attestation of payment of ASS"),
        Criterion.AAH: _("attestation of payment of AAH, or title of the disability pension"),
        Criterion.DETLD: _("history of registration with France Travail"),
        Criterion.DELD: _("history of registration with France Travail"),
        Criterion.CAP_BEP: _("diploma, or declaration on honour that there is none"),
        Criterion.SENIOR: _("identity document"),
        Criterion.JEUNE: _("identity document, and attestation of the mission locale"),
        Criterion.ASE: _("attestation of the département (child protection)"),
        Criterion.TH: _("decision of the MDPH (RQTH) in force on the day of hiring"),
        Criterion.PI: _("attestation of the CAF (single-parent family)"),
        Criterion.PSH_PR: _("attestation of the housing structure"),
        Criterion.REF_DA: _("residence permit in force, or receipt of the application"),
        Criterion.ZRR: _("proof of address"),
        Criterion.QPV: _("proof of address"),
        Criterion.DETENTION_MJ: _("attestation of the prison or probation service"),
        Criterion.FLE: _("attestation of the training, or of the adviser"),
        Criterion.PM: _("attestation of the adviser"),
        Criterion.IAE: _("PASS IAE in force"),
        Criterion.EA_ESAT: _("attestation of the adapted company or of the ESAT"),
        Criterion.REGIE: _("attestation of the régie de quartier"),
        Criterion.EPIDE_E2C: _("attestation of the EPIDE or of the second-chance school"),
        Criterion.GEIQ: _("attestation of the GEIQ"),
        Criterion.PLIE: _("attestation of the PLIE"),
        Criterion.OPINION: _("motivated opinion, signed and dated"),
    }
)


def asked(criterion: str) -> str:
    """The proof that a criterion asks for, in the reader's language."""
    return str(ASKED[criterion])
