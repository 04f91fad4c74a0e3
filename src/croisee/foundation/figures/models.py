"""Figures with dates, whatever service they serve: thresholds, ceilings, durations. Never constants in the code."""

from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    import datetime as dt

    from croisee.foundation.records import Reader

M = TypeVar("M", bound="DatedFigure")


class DatedFigureQuerySet(VisibleQuerySet[M]):
    """Figures with dates."""

    def visible_to(self, account: "Reader") -> Self:
        """They are published figures: whoever works with them (the model's `READERS`) reads them."""
        if not isinstance(account, Account):
            return self.none()
        return self if account.has_role(*self.model.READERS) else self.none()

    def in_force(self, day: "dt.date") -> Self:
        """Those that hold on a day."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)


def constraints(*figures: str) -> list[models.BaseConstraint]:
    """For the Meta of a service's own figures: `figures` are all that there are."""
    return [
        models.CheckConstraint(condition=Q(figure__in=figures), name="%(app_label)s_parameter_figure_known"),
        models.CheckConstraint(
            condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            name="%(app_label)s_parameter_ends_after_it_starts",
            violation_error_message=_("A figure cannot end before it begins."),
        ),
        models.CheckConstraint(
            condition=Q(value__gte=0),
            name="%(app_label)s_parameter_not_negative",
            violation_error_message=_("A figure is zero or more."),
        ),
        models.UniqueConstraint(
            fields=["figure", "key", "valid_from"],
            name="%(app_label)s_parameter_once_a_day",
            violation_error_message=_("This figure already has a value from that day."),
        ),
        models.UniqueConstraint(
            fields=["figure", "key"],
            condition=Q(valid_until__isnull=True),
            name="%(app_label)s_parameter_open_once",
            violation_error_message=_("End the value in force before giving another."),
        ),
    ]


class DatedFigure(Record):
    """Abstract: a figure in force from a day, until another (included; open when empty), and where it is written.

    `meant_until` is the end that it was given; `valid_until` is earlier where another value takes its place before.
    `to_confirm` marks what no official source was found for: said on screen wherever the figure serves. A service adds
    `figure`, one of its own list, and who reads (`READERS`).
    """

    READERS: ClassVar[tuple[Role, ...]] = ()

    key = models.CharField(_("for what"), max_length=40, blank=True)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    valid_from = models.DateField(_("in force from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    meant_until = models.DateField(_("meant until"), null=True, editable=False)
    source = models.CharField(_("source"), max_length=300)
    to_confirm = models.BooleanField(_("to be confirmed"), default=False)

    objects = DatedFigureQuerySet.as_manager()

    class Meta:
        abstract = True
        verbose_name = _("figure with dates")
        verbose_name_plural = _("figures with dates")
        ordering = ["figure", "key", "-valid_from"]

    def __str__(self) -> str:
        words: Any = self
        return f"{words.get_figure_display()} {self.key}".strip()
