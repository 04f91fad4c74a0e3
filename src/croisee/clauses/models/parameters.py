"""Figures with dates: thresholds, shares of labour, costs, durations. Never constants in the code."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    import datetime as dt

    from croisee.foundation.records import Reader


class Figure(models.TextChoices):
    """What a parameter is the value of. `key` says of what in particular; see each line."""

    THRESHOLD = "threshold", _("European threshold, in euros before tax")  # key: a ContractNature
    OBLIGATION = (
        "obligation",
        _("social execution condition due above the thresholds (1: yes)"),
    )  # key: empty
    LABOUR_SHARE = "labour_share", _("share of labour of a trade, in per cent")  # key: a Trade
    HOURLY_COST = "hourly_cost", _("loaded cost of an hour of work, in euros")  # key: empty
    INSERTION_RATE = (
        "insertion_rate",
        _("usual rate of insertion, in per cent"),
    )  # key: low, usual, high
    PROOF_MONTHS = "proof_months", _("age of a proof at most, in months")  # key: a Criterion
    ELIGIBLE_MONTHS = (
        "eligible_months",
        _("months of eligibility from the first contract"),
    )  # key: a ContractType
    MONTHLY_HOURS = "monthly_hours", _("hours of work of a person in a month at most")  # key: empty
    HOURS_TOLERANCE = (
        "hours_tolerance",
        _("hours above those of the contract that need no look, in per cent"),
    )  # key: empty
    HOURS_A_DAY = "hours_a_day", _("hours in a day of work, to say hours in days")  # key: empty
    SHARE_TARGET = "share_target", _("share of hours asked for, in per cent")  # key: a Programme
    TRAINING_MONTHS = "training_months", _("months from the start of a training to a job")  # key: empty
    POTENTIAL_SUPPLIERS = (
        "potential_suppliers",
        _("local inclusive suppliers, more than"),
    )  # key: reserved (the whole contract), lot (one lot), execution (a clause)
    POTENTIAL_DEPENDENCY = "potential_dependency", _("dependency on the contract, below, in per cent")
    POTENTIAL_DISTANCE = (
        "potential_distance",
        _("inclusive suppliers are local within, in kilometres"),
    )  # key: empty


class ParameterQuerySet(VisibleQuerySet["Parameter"]):
    """Parameters."""

    def visible_to(self, account: "Reader") -> Self:
        """They are published figures: whoever works on clauses reads them."""
        if not isinstance(account, Account):
            return self.none()
        readers = (Role.FACILITATEUR, Role.BUYER, Role.ADMINISTRATOR, Role.OFFICIAL)
        return self if account.has_role(*readers) else self.none()

    def in_force(self, day: "dt.date") -> Self:
        """Those that hold on a day."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)


@audited
class Parameter(Record):
    """A figure in force from a day, until another (included; open when empty), and where it is written.

    `meant_until` is the end that it was given; `valid_until` is earlier where another value takes its place before.
    `to_confirm` marks what no official source was found for: said on screen wherever the figure serves.
    """

    figure = models.CharField(_("figure"), max_length=30, choices=Figure)
    key = models.CharField(_("for what"), max_length=40, blank=True)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    valid_from = models.DateField(_("in force from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    meant_until = models.DateField(_("meant until"), null=True, editable=False)
    source = models.CharField(_("source"), max_length=300)
    to_confirm = models.BooleanField(_("to be confirmed"), default=False)

    objects = ParameterQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure with dates")
        verbose_name_plural = _("figures with dates")
        ordering = ["figure", "key", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(figure__in=Figure.values), name="clauses_parameter_figure_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="clauses_parameter_ends_after_it_starts",
                violation_error_message=_("A figure cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="clauses_parameter_not_negative",
                violation_error_message=_("A figure is zero or more."),
            ),
            models.UniqueConstraint(
                fields=["figure", "key", "valid_from"],
                name="clauses_parameter_once_a_day",
                violation_error_message=_("This figure already has a value from that day."),
            ),
            models.UniqueConstraint(
                fields=["figure", "key"],
                condition=Q(valid_until__isnull=True),
                name="clauses_parameter_open_once",
                violation_error_message=_("End the value in force before giving another."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_figure_display()} {self.key}".strip()
