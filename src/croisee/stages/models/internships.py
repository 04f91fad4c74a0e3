"""What an internship has beyond any opportunity: its campaign, hours, host, tutor."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.fields import LowerEmailField
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.opportunities.models import Opportunity
from croisee.stages.models.campaigns import Campaign

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

KIND = "stage_3e"


class HostKind(models.TextChoices):
    """What a host is, for the law on those under 14 (code du travail L.4153-1, L.4153-5)."""

    PUBLIC = "public", _("public administration or establishment")
    PRIVATE = "private", _("company or association")


class InternshipQuerySet(VisibleQuerySet["Internship"]):
    """What internships have of their own."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the opportunities that one may see."""
        return self.filter(opportunity__in=Opportunity.objects.visible_to(account))


@audited(personal=("tutor_name", "tutor_email", "tutor_phone"))
class Internship(Record):
    """The part of an opportunity that is an internship's.

    `hours` gives, for each ISO weekday ("1" Monday to "6" Saturday), spans of presence:
    `{"1": [["09:00", "12:00"], ["13:30", "16:30"]], ...}`; what lies between two spans is the break.
    """

    opportunity = models.OneToOneField(
        Opportunity, models.CASCADE, related_name="internship", verbose_name=_("opportunity")
    )
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="internships", verbose_name=_("campaign")
    )
    hours = models.JSONField(_("hours"), default=dict)
    lunch = models.CharField(_("lunch"), max_length=200, blank=True)
    host_kind = models.CharField(_("the host is"), max_length=10, choices=HostKind, default=HostKind.PRIVATE)
    least_age = models.PositiveSmallIntegerField(_("youngest age"), null=True, blank=True)
    tutor_name = models.CharField(_("tutor"), max_length=150, blank=True)
    tutor_email = LowerEmailField(_("tutor's e-mail address"), blank=True)
    tutor_phone = models.CharField(_("tutor's telephone"), max_length=30, blank=True)
    why_withdrawn = models.CharField(_("why it was withdrawn"), max_length=300, blank=True, editable=False)

    objects = InternshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("internship")
        verbose_name_plural = _("internships")
        constraints = [
            models.CheckConstraint(
                condition=Q(host_kind__in=HostKind.values), name="internship_host_is_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.opportunity)
