"""Figures with dates of the incubator: ceilings, durations, published survival of companies."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.figures.models import DatedFigure, constraints


class Figure(models.TextChoices):
    """What a parameter is the value of. `key` says of what in particular; see each line."""

    DE_MINIMIS = "de_minimis", _("de minimis aid to a company at most, in euros")  # key: empty
    DE_MINIMIS_YEARS = "de_minimis_years", _("years over which de minimis aid is summed")  # key: empty
    DEROGATORY_MONTHS = (
        "derogatory_months",
        _("months of short leases at most, all together"),
    )  # key: empty
    STAY_MONTHS = "stay_months", _("usual stay in an incubator at most, in months")  # key: empty
    SURVIVAL = (
        "survival",
        _("companies of a cohort still active, in per cent (micro-entrepreneurs left out)"),
    )  # key: year of the cohort / years since, "2014/3"
    SURVIVAL_MICRO = (
        "survival_micro",
        _("micro-entrepreneurs of a cohort still active, in per cent"),
    )  # key: the same


@audited
class Parameter(DatedFigure):
    """A figure of the incubator with its dates."""

    READERS = (Role.INCUBATOR_MANAGER, Role.ADMINISTRATOR, Role.OFFICIAL)

    figure = models.CharField(_("figure"), max_length=30, choices=Figure)

    class Meta(DatedFigure.Meta):
        constraints = constraints(*Figure.values)
