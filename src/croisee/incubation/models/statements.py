"""What a company owes for a month, handed to finance."""

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.incubation.models.readers import managed, of_tenant

if TYPE_CHECKING:
    from croisee.foundation.records import Reader
from croisee.incubation.models.incubators import MANAGERS, Incubator, OfIncubatorQuerySet


class StatementState(models.TextChoices):
    """Where a monthly statement stands."""

    DRAFT = "draft", _("being prepared")
    ISSUED = "issued", pgettext_lazy("statement of rent", "sent to finance")
    REPLACED = "replaced", pgettext_lazy("statement of rent", "replaced by another")


STATEMENT = Lifecycle(
    name="incubation.statement",
    label=_("Monthly statement of a hosted company"),
    states=StatementState,
    initial=StatementState.DRAFT,
    transitions=(
        Transition(
            "issue",
            _("Send to finance"),
            (StatementState.DRAFT,),
            StatementState.ISSUED,
            MANAGERS,
            confirm=_("The statement can no longer be changed; a mistake found later makes a new one."),
        ),
        Transition(
            "replace",
            _("Replace by another"),
            (StatementState.ISSUED,),
            StatementState.REPLACED,
            MANAGERS,
            confirm=_("Finance is sent a new statement of this month."),
        ),
    ),
)


class MonthlyStatementQuerySet(OfIncubatorQuerySet["Statement"]):
    """Monthly statements."""

    def visible_to(self, account: "Reader") -> Self:
        """Managers of the incubator; the company, once they are sent."""
        sent = ~Q(state=StatementState.DRAFT)
        return self.filter(managed(account, "incubator__") | (of_tenant(account, "organisation") & sent))


@audited
class Statement(Record):
    """What a company owes the incubator for a month: handed to finance, which makes the invoice."""

    lifecycle = STATEMENT

    incubator = models.ForeignKey(
        Incubator,
        models.PROTECT,
        related_name="statements",
        verbose_name=pgettext_lazy("premises", "incubator"),
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="incubator_statements", verbose_name=_("company")
    )
    month = models.DateField(_("month"), help_text=_("Its first day."))
    total = models.DecimalField(_("total before tax"), max_digits=10, decimal_places=2, default=0)
    issued_at = models.DateTimeField(_("sent on"), null=True, editable=False)
    state = STATEMENT.field()

    objects = MonthlyStatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("monthly statement")
        verbose_name_plural = _("monthly statements")
        ordering = ["-month", "organisation__name", "-created_at"]
        constraints = [
            *STATEMENT.constraints(),
            models.UniqueConstraint(
                fields=["incubator", "organisation", "month"],
                condition=~Q(state=StatementState.REPLACED),
                name="incubation_statement_once",
                violation_error_message=_("This company has a statement for that month already."),
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="incubation_statement_month"),
        ]
        triggers = [
            *STATEMENT.triggers(),
            pgtrigger.Trigger(
                name="statement_is_locked",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["issued", "replaced"])
                & (
                    pgtrigger.Q(old__total__df=pgtrigger.F("new__total"))
                    | pgtrigger.Q(old__month__df=pgtrigger.F("new__month"))
                    | pgtrigger.Q(old__organisation__df=pgtrigger.F("new__organisation"))
                    | pgtrigger.Q(old__incubator__df=pgtrigger.F("new__incubator"))
                ),
                func="""
                    RAISE EXCEPTION 'a statement that was sent is locked'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'incubation_statement_locked';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.month:%m/%Y}"

    def get_absolute_url(self) -> str:
        """The page of the statement."""
        return reverse("incubation:statement", args=[self.pk])


class LineKind(models.TextChoices):
    """What a line of a statement is for."""

    RENT = "rent", pgettext_lazy("statement of rent", "rent")
    CHARGES = "charges", pgettext_lazy("statement of rent", "charges")
    BOOKING = "booking", pgettext_lazy("statement of rent", "booking")
    OTHER = "other", pgettext_lazy("statement of rent", "other")


class StatementLineQuerySet(VisibleQuerySet["StatementLine"]):
    """Lines of statements."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the statements that one may see."""
        return self.filter(statement__in=Statement.objects.visible_to(account))


class StatementLine(Record):
    """One line: what for, how much of it, at what price, which makes the amount (before tax).

    Once its statement is sent, a trigger refuses to change it, to take it away, or to add another.
    """

    statement = models.ForeignKey(
        Statement, models.CASCADE, related_name="lines", verbose_name=_("monthly statement")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=LineKind)
    label = models.CharField(_("what for"), max_length=200)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=6, default=1)
    unit_price = models.DecimalField(_("unit price"), max_digits=10, decimal_places=2)
    amount = models.DecimalField(_("amount before tax"), max_digits=10, decimal_places=2)

    objects = StatementLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a statement")
        verbose_name_plural = _("lines of a statement")
        ordering = ["statement", "kind", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=LineKind.values), name="incubation_line_kind")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="lines_sent_are_locked",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    DECLARE
                        stated TEXT;
                    BEGIN
                        IF TG_OP <> 'INSERT' THEN
                            SELECT state INTO stated FROM incubation_statement
                                WHERE id = OLD.statement_id FOR UPDATE;
                        END IF;
                        IF TG_OP <> 'DELETE' AND stated IS NULL THEN
                            SELECT state INTO stated FROM incubation_statement
                                WHERE id = NEW.statement_id FOR UPDATE;
                        END IF;
                        IF stated <> 'draft' OR (TG_OP = 'UPDATE' AND NEW.statement_id <> OLD.statement_id) THEN
                            RAISE EXCEPTION 'lines of a statement that was sent are locked'
                                USING ERRCODE = 'check_violation', CONSTRAINT = 'incubation_line_locked';
                        END IF;
                        IF TG_OP = 'DELETE' THEN
                            RETURN OLD;
                        END IF;
                        RETURN NEW;
                    END;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.label
