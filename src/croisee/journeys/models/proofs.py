"""Proofs of what is returned: what a programme asks for, what each person brought, until when it holds."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.journeys.models.journeys import TEAM, Journey
from croisee.journeys.models.programmes import Programme
from croisee.journeys.models.returns import Moment
from croisee.journeys.models.steps import HangingQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


M = TypeVar("M", bound=models.Model)


class ProofKind(models.TextChoices):
    """What a piece of evidence is."""

    IDENTITY = "identity", _("identity or residence permit")
    ADDRESS = "address", _("proof of address")
    UNEMPLOYED = "unemployed", _("registration or rights at France Travail")
    RSA = "rsa", _("RSA (CAF)")
    DISABILITY = "disability", _("recognition of disability (RQTH)")
    QUESTIONNAIRE = "questionnaire", _("questionnaire signed")
    AGREEMENT = "agreement", _("contrat d’engagement signed")
    WORK_CONTRACT = "work_contract", _("contract of work")
    PAYSLIP = "payslip", _("payslip")
    TRAINING = "training", _("certificate of training")
    DIPLOMA = "diploma", _("diploma or title")
    COMPANY = "company", _("registration of the company")
    OTHER = "other", _("other")


class RequirementQuerySet(VisibleQuerySet["ProofRequirement"]):
    """Proofs that programmes ask for."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the programmes that one may see."""
        return self.filter(programme__in=Programme.objects.visible_to(account))


@audited
class ProofRequirement(Record):
    """That a programme asks each person for a kind of proof at a moment; it holds for `months_valid`, else always."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="requirements", verbose_name=_("programme")
    )
    kind = models.CharField(_("proof"), max_length=20, choices=ProofKind)
    moment = models.CharField(_("moment"), max_length=10, choices=Moment, default=Moment.ENTRY)
    months_valid = models.PositiveSmallIntegerField(
        _("months it holds"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )

    objects = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof asked for")
        verbose_name_plural = _("proofs asked for")
        ordering = ["moment", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind", "moment"],
                name="journeys_requirement_once",
                violation_error_message=_("This proof is asked for at this moment already."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ProofKind.values, moment__in=Moment.values),
                name="journeys_requirement_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class ProofState(models.TextChoices):
    """Where a proof stands."""

    TO_CHECK = "to_check", _("to be checked")
    ACCEPTED = "accepted", pgettext_lazy("proof", "accepted")
    REFUSED = "refused", pgettext_lazy("proof", "refused")


PROOF = Lifecycle(
    name="journeys.proof",
    label=_("Proof"),
    states=ProofState,
    initial=ProofState.TO_CHECK,
    transitions=(
        Transition(
            "accept", _("Accept"), (ProofState.TO_CHECK, ProofState.REFUSED), ProofState.ACCEPTED, TEAM
        ),
        Transition(
            "refuse", _("Refuse"), (ProofState.TO_CHECK, ProofState.ACCEPTED), ProofState.REFUSED, TEAM
        ),
    ),
)


@audited(personal=("name", "why_refused"))
class Proof(Record):
    """A piece of evidence in a journey: its file, its date, until when it holds, who checked it."""

    lifecycle = PROOF

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="proofs", verbose_name=_("journey"))
    kind = models.CharField(_("proof"), max_length=20, choices=ProofKind)
    moment = models.CharField(_("moment"), max_length=10, choices=Moment, default=Moment.ENTRY)
    name = models.CharField(_("name"), max_length=200, blank=True)
    file = models.FileField(_("file"), upload_to="journeys/proofs/", blank=True)
    dated_on = models.DateField(_("date of the proof"), null=True, blank=True)
    valid_until = models.DateField(_("holds until"), null=True, blank=True)
    state = PROOF.field()
    checked_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("checked by")
    )
    why_refused = models.CharField(_("why it was refused"), max_length=300, blank=True)

    objects = HangingQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")
        ordering = ["moment", "kind", "-created_at"]
        indexes = [models.Index(fields=["journey", "kind", "state"])]
        constraints = [
            *PROOF.constraints(),
            models.CheckConstraint(
                condition=Q(kind__in=ProofKind.values, moment__in=Moment.values), name="journeys_proof_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(dated_on__isnull=True)
                | Q(valid_until__gte=F("dated_on")),
                name="journeys_proof_in_order",
                violation_error_message=_("A proof cannot cease to hold before its date."),
            ),
        ]
        triggers = PROOF.triggers()

    def __str__(self) -> str:
        return self.name or str(self.get_kind_display())
