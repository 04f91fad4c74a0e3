"""Openings that were suggested and are not wanted, with the reason: they are not suggested again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record
from croisee.journeys.models.journeys import Journey
from croisee.journeys.models.steps import HangingQuerySet


@audited(personal=("title", "reason"))
class Dismissal(Record):
    """That an opening is not for a person, said by them or by their référent, and why.

    `opening_key` names it among all sources (`croisee.journeys.openings`); `title` is what it was called then.
    """

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="dismissals", verbose_name=_("journey"))
    opening_key = models.CharField(max_length=80, editable=False)
    title = models.CharField(_("opening"), max_length=300, blank=True)
    reason = models.CharField(_("why it is not wanted"), max_length=300)
    by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("said by"))

    objects = HangingQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening not wanted")
        verbose_name_plural = _("openings not wanted")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "opening_key"],
                name="journeys_dismissal_once",
                violation_error_message=_("This opening was set aside already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
