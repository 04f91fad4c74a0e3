"""Figures with dates: thresholds, shares of labour, costs, durations. Never constants in the code."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.figures.models import DatedFigure, constraints


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


@audited
class Parameter(DatedFigure):
    """A figure of social clauses with its dates."""

    READERS = (Role.FACILITATEUR, Role.BUYER, Role.ADMINISTRATOR, Role.OFFICIAL)

    figure = models.CharField(_("figure"), max_length=30, choices=Figure)

    class Meta(DatedFigure.Meta):
        constraints = constraints(*Figure.values)
