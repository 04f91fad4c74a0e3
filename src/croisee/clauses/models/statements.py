"""Hours declared month by month, checked, validated; a validated statement is corrected by a new version alone."""

import hashlib
from typing import TYPE_CHECKING, Any, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models.assignments import Assignment
from croisee.clauses.models.clauses import Commitment
from croisee.clauses.models.fields import hours
from croisee.clauses.models.readers import is_facilitateur
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from django.core.files.base import File

    from croisee.foundation.records import Reader


class StatementState(models.TextChoices):
    """Where a monthly statement stands."""

    DRAFT = "draft", _("being written")
    SENT = "sent", _("sent to the facilitateur")
    CHECKED = "checked", _("checked")
    VALIDATED = "validated", _("validated")
    REJECTED = "rejected", _("rejected")
    CORRECTED = "corrected", _("replaced by a correction")


SENDERS = (Role.EMPLOYER, Role.FACILITATEUR)
STATEMENT = Lifecycle(
    name="clauses.statement",
    label=_("Monthly statement"),
    states=StatementState,
    initial=StatementState.DRAFT,
    transitions=(
        Transition("send", _("Send"), (StatementState.DRAFT,), StatementState.SENT, SENDERS),
        Transition("take_back", _("Take back"), (StatementState.SENT,), StatementState.DRAFT, SENDERS),
        Transition(
            "check",
            _("Note as checked"),
            (StatementState.SENT,),
            StatementState.CHECKED,
            (Role.FACILITATEUR,),
        ),
        Transition(
            "validate",
            _("Validate"),
            (StatementState.CHECKED,),
            StatementState.VALIDATED,
            (Role.FACILITATEUR,),
        ),
        Transition(
            "reject",
            _("Reject"),
            (StatementState.SENT, StatementState.CHECKED),
            StatementState.REJECTED,
            (Role.FACILITATEUR,),
            confirm=_("The company is told why, and corrects it."),
        ),
        Transition(
            "replace",
            _("Replace"),
            (StatementState.VALIDATED, StatementState.REJECTED),
            StatementState.CORRECTED,
        ),
    ),
)
WAITING = (StatementState.SENT, StatementState.CHECKED)
LOCKED = (StatementState.VALIDATED, StatementState.CORRECTED)


class ProofKind(models.TextChoices):
    """What proves the hours."""

    PAYSLIP = "payslip", _("payslip")
    TIMESHEET = "timesheet", _("signed timesheet")
    ATTESTATION = "attestation", _("attestation of the employer")
    INVOICE = "invoice", _("invoice of the integration structure")
    PAYROLL = "payroll", _("payroll table")
    NONE = "none", _("none yet")


def digest_of(file: "File[Any]") -> str:
    """The SHA-256 of a file, in hexadecimal; it is left at its beginning."""
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


class StatementQuerySet(VisibleQuerySet["Statement"]):
    """Statements."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the assignments that one may see."""
        if is_facilitateur(account):
            return self
        return self.filter(assignment__in=Assignment.objects.visible_to(account))

    def validated(self) -> Self:
        """Those that count."""
        return self.filter(state=StatementState.VALIDATED)


@audited(personal=("note",))
class Statement(Record):
    """The hours of one assignment in one month (`month` is its first day), in one version.

    `corrects` is the version that this one corrects: each has at most one correction, so that of two corrections made
    at once one is refused. The version that counts is the validated one; it stays in force until its correction is
    validated too. `accepted_because` is why it was validated in spite of anomalies. `proof_digest` is the SHA-256 of
    the file, computed when it is saved: the same file that proves twice is found by it.
    """

    lifecycle = STATEMENT

    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="statements", verbose_name=_("assignment")
    )
    month = models.DateField(_("month"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    hours = hours(_("hours of work"))
    proof_kind = models.CharField(_("proof"), max_length=20, choices=ProofKind, default=ProofKind.NONE)
    proof = models.FileField(_("file of the proof"), upload_to="clauses/statements/", blank=True)
    proof_digest = models.CharField(max_length=64, blank=True, editable=False)
    state = STATEMENT.field()
    corrects = models.OneToOneField(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="correction",
        verbose_name=_("corrects"),
        error_messages={"unique": _("Someone else is already correcting this statement.")},
    )
    declared_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("declared by")
    )
    sent_at = models.DateTimeField(_("sent on"), null=True, editable=False)
    decided_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, editable=False)
    why_rejected = models.CharField(_("why rejected"), max_length=500, blank=True)
    accepted_because = models.CharField(_("why accepted all the same"), max_length=500, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("monthly statement")
        verbose_name_plural = _("monthly statements")
        ordering = ["-month", "assignment", "version"]
        indexes = [
            models.Index(fields=["state", "month"]),
            models.Index(
                fields=["month", "state"], include=["assignment", "hours"], name="clauses_statement_month"
            ),
            models.Index(
                fields=["proof_digest"], condition=~Q(proof_digest=""), name="clauses_statement_proof"
            ),
        ]
        constraints = [
            *STATEMENT.constraints(),
            models.CheckConstraint(
                condition=Q(month=TruncMonth("month")), name="clauses_statement_month_first_day"
            ),
            models.CheckConstraint(
                condition=Q(proof_kind__in=ProofKind.values), name="clauses_statement_proof_known"
            ),
            models.CheckConstraint(
                condition=Q(hours__gte=0, hours__lte=744),
                name="clauses_statement_hours_fit_a_month",
                violation_error_message=_("A month has 744 hours at most."),
            ),
            models.CheckConstraint(
                condition=Q(version=1, corrects__isnull=True) | Q(version__gt=1, corrects__isnull=False),
                name="clauses_statement_version_corrects",
            ),
            models.UniqueConstraint(
                fields=["assignment", "month"],
                condition=Q(corrects__isnull=True),
                name="clauses_statement_once_a_month",
                violation_error_message=_("Hours are already declared for this month: correct them."),
            ),
            models.UniqueConstraint(
                fields=["assignment", "month"],
                condition=Q(state=StatementState.VALIDATED),
                name="clauses_statement_validated_once",
            ),
        ]
        triggers = [
            *STATEMENT.triggers(),
            pgtrigger.Protect(
                name="validated_is_locked",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=[str(state) for state in LOCKED])
                & (
                    pgtrigger.Q(old__hours__df=pgtrigger.F("new__hours"))
                    | pgtrigger.Q(old__month__df=pgtrigger.F("new__month"))
                    | pgtrigger.Q(old__assignment__df=pgtrigger.F("new__assignment"))
                    | pgtrigger.Q(old__version__df=pgtrigger.F("new__version"))
                ),
            ),
            pgtrigger.Trigger(
                name="hours_cover_what_is_counted",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("hours"),  # type: ignore[no-untyped-call]
                func="""
                    IF NEW.hours < (
                        SELECT COALESCE(SUM(hours), 0) FROM clauses_allocation WHERE statement_id = NEW.id
                    ) THEN
                        RAISE EXCEPTION 'more hours counted than worked'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'clauses_allocation_within_statement';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.month:%m/%Y}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Note the digest of a new file with it."""
        if not self.proof:
            self.proof_digest = ""
        elif not self.proof._committed:  # type: ignore[attr-defined]  # a file not stored yet: a new one
            self.proof_digest = digest_of(self.proof.file)
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "proof_digest"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The page of the statement."""
        return reverse("clauses:statement", args=[self.pk])


class AllocationQuerySet(VisibleQuerySet["Allocation"]):
    """Allocations."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the commitments that one may see."""
        if is_facilitateur(account):
            return self
        return self.filter(commitment__in=Commitment.objects.visible_to(account))

    def counted(self) -> Self:
        """Those of validated statements."""
        return self.filter(statement__state=StatementState.VALIDATED)


@audited
class Allocation(Record):
    """The part of a statement's hours that counts for a commitment (globalisation: one month may serve several lots).

    A trigger refuses more hours than the statement has, and any change once it is validated: nothing counts twice.
    """

    statement = models.ForeignKey(
        Statement, models.CASCADE, related_name="allocations", verbose_name=_("statement")
    )
    commitment = models.ForeignKey(
        Commitment, models.PROTECT, related_name="allocations", verbose_name=_("commitment")
    )
    hours = hours(_("hours of work"))

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("hours counted for a lot")
        verbose_name_plural = _("hours counted for lots")
        ordering = ["commitment"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "commitment"], name="clauses_allocation_once"),
            models.CheckConstraint(condition=Q(hours__gte=0), name="clauses_allocation_not_negative"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="never_counted_twice",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    DECLARE
                        stated RECORD;
                        others NUMERIC;
                    BEGIN
                        IF TG_OP = 'DELETE' THEN
                            SELECT state INTO stated FROM clauses_statement WHERE id = OLD.statement_id;
                            IF FOUND AND stated.state IN ('validated', 'corrected')
                                AND NOT pg_trigger_depth() > 1
                            THEN
                                RAISE EXCEPTION 'hours of a validated statement are locked'
                                    USING ERRCODE = 'check_violation', CONSTRAINT = 'clauses_allocation_locked';
                            END IF;
                            RETURN OLD;
                        END IF;
                        SELECT state, hours INTO stated FROM clauses_statement
                            WHERE id = NEW.statement_id FOR UPDATE;
                        IF stated.state IN ('validated', 'corrected') THEN
                            RAISE EXCEPTION 'hours of a validated statement are locked'
                                USING ERRCODE = 'check_violation', CONSTRAINT = 'clauses_allocation_locked';
                        END IF;
                        SELECT COALESCE(SUM(hours), 0) INTO others FROM clauses_allocation
                            WHERE statement_id = NEW.statement_id AND id <> NEW.id;
                        IF others + NEW.hours > stated.hours THEN
                            RAISE EXCEPTION 'more hours counted than worked'
                                USING ERRCODE = 'check_violation',
                                CONSTRAINT = 'clauses_allocation_within_statement';
                        END IF;
                        RETURN NEW;
                    END;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment}: {self.hours}"
