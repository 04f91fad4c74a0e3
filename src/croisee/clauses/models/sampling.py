"""Audits of proofs by sampling: what was drawn, what was found, what the company answered, what was decided."""

from typing import TYPE_CHECKING, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models.fields import hours
from croisee.clauses.models.readers import is_facilitateur, of_company
from croisee.clauses.models.statements import Statement
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class AuditQuerySet(VisibleQuerySet["ProofAudit"]):
    """Audits."""

    def visible_to(self, account: "Reader") -> Self:
        """Facilitateurs: all."""
        return self if is_facilitateur(account) else self.none()


@audited
class ProofAudit(Record):
    """A sample of validated statements of a period, drawn with a probability in proportion to their hours.

    The same `seed` over the same `frame` (number and digest of the statements drawn from) draws the same sample again.
    """

    name = models.CharField(_("name"), max_length=150)
    first_month = models.DateField(_("first month"))
    last_month = models.DateField(_("last month"))
    size = models.PositiveSmallIntegerField(
        _("statements to draw"), default=30, validators=[MinValueValidator(1)]
    )
    seed = models.BigIntegerField(_("seed"))
    population = models.PositiveIntegerField(_("statements in the period"), editable=False)
    population_hours = hours(_("hours in the period"), editable=False)
    frame = models.CharField(_("digest of what was drawn from"), max_length=64, editable=False)
    answer_days = models.PositiveSmallIntegerField(_("days to answer"), default=30)
    made_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("made by")
    )

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit of proofs")
        verbose_name_plural = _("audits of proofs")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_month__gte=models.F("first_month")),
                name="clauses_audit_in_order",
                violation_error_message=_("The last month comes before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the audit."""
        return reverse("clauses:audit", args=[self.pk])


class ItemState(models.TextChoices):
    """Where one drawn statement stands. A finding is provisional until the company has answered or its time is over."""

    TO_READ = "to_read", _("to be read")
    CONFORM = "conform", _("conform")
    CHALLENGED = "challenged", _("finding sent to the company")
    ANSWERED = "answered", _("company has answered")
    UPHELD = "upheld", _("finding upheld")
    LIFTED = "lifted", _("finding lifted")


AUDIT_ITEM = Lifecycle(
    name="clauses.audit_item",
    label=_("Statement drawn for an audit"),
    states=ItemState,
    initial=ItemState.TO_READ,
    transitions=(
        Transition("accept", _("Conform"), (ItemState.TO_READ,), ItemState.CONFORM, (Role.FACILITATEUR,)),
        Transition(
            "challenge",
            _("Send the finding"),
            (ItemState.TO_READ,),
            ItemState.CHALLENGED,
            (Role.FACILITATEUR,),
            confirm=_("The company is told, and may answer with proofs."),
        ),
        Transition("answer", _("Answer"), (ItemState.CHALLENGED,), ItemState.ANSWERED, (Role.EMPLOYER,)),
        Transition(
            "uphold",
            _("Uphold"),
            (ItemState.CHALLENGED, ItemState.ANSWERED),
            ItemState.UPHELD,
            (Role.FACILITATEUR,),
        ),
        Transition(
            "lift",
            _("Lift"),
            (ItemState.CHALLENGED, ItemState.ANSWERED),
            ItemState.LIFTED,
            (Role.FACILITATEUR,),
        ),
    ),
)


class AuditItemQuerySet(VisibleQuerySet["AuditItem"]):
    """Drawn statements."""

    def visible_to(self, account: "Reader") -> Self:
        """Facilitateurs: all. Companies: findings about their own statements."""
        if is_facilitateur(account):
            return self
        told = ~Q(state__in=[ItemState.TO_READ, ItemState.CONFORM])
        own = of_company(
            account, "statement__assignment__employer", "statement__assignment__commitment__organisation"
        )
        return self.filter(told & own)


@audited(personal=("finding", "answer", "decision"))
class AuditItem(Record):
    """One statement drawn: the provisional finding, the answer of the company, the decision by somebody else.

    `hours_refused` is what the finding takes away; `hours_upheld` what the decision keeps of it.
    """

    lifecycle = AUDIT_ITEM

    audit = models.ForeignKey(ProofAudit, models.CASCADE, related_name="items", verbose_name=_("audit"))
    statement = models.ForeignKey(
        Statement, models.PROTECT, related_name="audit_items", verbose_name=_("statement")
    )
    order = models.PositiveIntegerField(_("rank"))
    drawn = models.PositiveSmallIntegerField(_("times drawn"), default=1)
    state = AUDIT_ITEM.field()
    finding = models.TextField(_("finding"), max_length=2000, blank=True)
    hours_refused = hours(_("hours refused"), default=0)
    found_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("found by")
    )
    answer_by = models.DateField(_("answer awaited by"), null=True, editable=False)
    answer = models.TextField(_("answer of the company"), max_length=3000, blank=True)
    answer_file = models.FileField(_("file of the answer"), upload_to="clauses/audit/", blank=True)
    answered_at = models.DateTimeField(_("answered on"), null=True, editable=False)
    decision = models.TextField(_("decision"), max_length=2000, blank=True)
    hours_upheld = hours(_("hours refused in the end"), default=0)
    decided_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("decided by")
    )

    objects = AuditItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement drawn")
        verbose_name_plural = _("statements drawn")
        ordering = ["audit", "order"]
        constraints = [
            *AUDIT_ITEM.constraints(),
            models.UniqueConstraint(fields=["audit", "statement"], name="clauses_audit_item_once"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(found_by__isnull=True)
                | ~Q(decided_by=models.F("found_by")),
                name="clauses_audit_decided_by_another",
                violation_error_message=_(
                    "Who made the finding cannot decide on the answer: ask a colleague."
                ),
            ),
            models.CheckConstraint(
                condition=Q(hours_upheld__lte=models.F("hours_refused")),
                name="clauses_audit_upheld_within_finding",
                violation_error_message=_("A decision cannot refuse more hours than the finding."),
            ),
        ]
        triggers = AUDIT_ITEM.triggers()

    def __str__(self) -> str:
        return f"{self.audit} ({self.order})"

    def get_absolute_url(self) -> str:
        """The page of the drawn statement."""
        return reverse("clauses:audit_item", args=[self.pk])
