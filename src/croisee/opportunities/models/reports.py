"""What somebody finds wrong with an offer."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.opportunities.kinds import managed_by
from croisee.opportunities.models.offers import MANAGERS, Opportunity

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class Ground(models.TextChoices):
    """Why an offer is reported."""

    DISCRIMINATES = "discriminates", _("it turns some people away")
    NOT_REAL = "not_real", _("it is not real, or no longer")
    UNSAFE = "unsafe", _("it is dangerous or unsuited to a pupil")
    ASKS_MONEY = "asks_money", _("it asks for money or for personal data")
    OTHER = "other", _("another reason")


class ReportState(models.TextChoices):
    """What became of a report."""

    OPEN = "open", _("to be looked at")
    UPHELD = "upheld", _("upheld")
    DISMISSED = "dismissed", _("dismissed")


LIFECYCLE = Lifecycle(
    name="opportunities.report",
    label=_("Report of an offer"),
    states=ReportState,
    initial=ReportState.OPEN,
    transitions=(
        Transition("uphold", _("Uphold"), (ReportState.OPEN,), ReportState.UPHELD, MANAGERS),
        Transition("dismiss", _("Dismiss"), (ReportState.OPEN,), ReportState.DISMISSED, MANAGERS),
    ),
)


class ReportQuerySet(VisibleQuerySet["Report"]):
    """Reports."""

    def visible_to(self, account: "Reader") -> Self:
        """One's own; for managers, those of offers of the kinds that they check."""
        if not isinstance(account, Account):
            return self.none()
        own = Q(reporter=account)
        if not account.has_role(*MANAGERS):
            return self.filter(own)
        checked = managed_by(account, "opportunity__")
        return self.filter(checked | own) if checked else self


@audited
class Report(Record):
    """That somebody finds something wrong with an offer, and what was decided."""

    lifecycle = LIFECYCLE

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, related_name="reports", verbose_name=_("opportunity")
    )
    reporter = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("reported by")
    )
    ground = models.CharField(_("reason"), max_length=20, choices=Ground)
    text = models.TextField(_("what is wrong"), max_length=1000, blank=True)
    state = LIFECYCLE.field()

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of an offer")
        verbose_name_plural = _("reports of offers")
        ordering = ["-created_at"]
        constraints = [
            *LIFECYCLE.constraints(),
            models.CheckConstraint(condition=Q(ground__in=Ground.values), name="report_ground_is_known"),
            models.UniqueConstraint(
                fields=["opportunity", "reporter"],
                condition=Q(state=ReportState.OPEN),
                name="report_open_once",
                violation_error_message=_("You already reported this offer: it is being looked at."),
            ),
        ]
        triggers = LIFECYCLE.triggers()

    def __str__(self) -> str:
        return str(self.get_ground_display())
