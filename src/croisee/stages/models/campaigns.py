"""A campaign: the metropolis's calendar and rules for one school year, and the week of each class."""

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.directory.models import SchoolClass
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

MANAGERS = (Role.CAMPAIGN_MANAGER,)
LONGEST_LIST = 10


class CampaignState(models.TextChoices):
    """Whether a campaign is under way; where in its calendar it stands is computed (`croisee.stages.phases`)."""

    DRAFT = "draft", _("in preparation")
    ANNOUNCED = "announced", _("announced")
    FINISHED = "finished", pgettext_lazy("a campaign", "finished")
    CANCELLED = "cancelled", pgettext_lazy("a campaign", "cancelled")


LIFECYCLE = Lifecycle(
    name="stages.campaign",
    label=_("Internship campaign"),
    states=CampaignState,
    initial=CampaignState.DRAFT,
    transitions=(
        Transition(
            "announce",
            _("Announce"),
            (CampaignState.DRAFT,),
            CampaignState.ANNOUNCED,
            MANAGERS,
            confirm=_("Everyone reads the calendar and the rules; the rules cannot change any more."),
        ),
        Transition(
            "finish", _("Close the campaign"), (CampaignState.ANNOUNCED,), CampaignState.FINISHED, MANAGERS
        ),
        Transition(
            "cancel",
            _("Cancel the campaign"),
            (CampaignState.DRAFT, CampaignState.ANNOUNCED),
            CampaignState.CANCELLED,
            MANAGERS,
            confirm=_("Nobody can offer, wish or confirm in it any more."),
        ),
    ),
)


class CampaignQuerySet(VisibleQuerySet["Campaign"]):
    """Campaigns."""

    def visible_to(self, account: "Reader") -> Self:
        """Managers: all. Whoever is signed in: those announced."""
        if not isinstance(account, Account):
            return self.none()
        return self if account.has_role(Role.CAMPAIGN_MANAGER) else self.announced()

    def announced(self) -> Self:
        """Those whose calendar and rules are public."""
        return self.filter(state__in=[CampaignState.ANNOUNCED, CampaignState.FINISHED])

    def under_way(self) -> Self:
        """Those in which something can be done."""
        return self.filter(state=CampaignState.ANNOUNCED)


_RULES = (
    "list_length",
    "reserved_share",
    "reserved_until",
    "limit_km",
    "limit_minutes",
    "least_hours",
    "seed",
)


def _row(version: str) -> str:
    return ", ".join(f"{version}.{name}" for name in _RULES)


@audited
class Campaign(Record):
    """The internships of one school year: when each thing happens, by which rules.

    Dates are moments: wishes open, close, are published, are to be confirmed before; then the second round, on what
    is left. `reserved_share` is the share of seats, in percent, that offers reserve unless they say more;
    `reserved_until` the last day on which reserved seats wait. `limit_km` (as the crow flies) and `limit_minutes`
    (by public transport) bound what a continued list may give. `published_turn` is 0, then 1, then 2 as the rounds
    are published.
    """

    lifecycle = LIFECYCLE

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="campaigns", verbose_name=_("metropolis")
    )
    name = models.CharField(_("name"), max_length=120)
    school_year = models.CharField(_("school year"), max_length=9)
    state = LIFECYCLE.field()
    opens_at = models.DateTimeField(_("wishes open"))
    closes_at = models.DateTimeField(_("wishes close"))
    publishes_at = models.DateTimeField(_("results are published"))
    confirm_by = models.DateTimeField(_("places are confirmed before"))
    second_opens_at = models.DateTimeField(_("second round: wishes open"))
    second_closes_at = models.DateTimeField(_("second round: wishes close"))
    second_publishes_at = models.DateTimeField(_("second round: results are published"))
    second_confirm_by = models.DateTimeField(_("second round: places are confirmed before"))
    list_length = models.PositiveSmallIntegerField(
        _("longest list of wishes"),
        default=LONGEST_LIST,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_LIST)],
    )
    reserved_share = models.PositiveSmallIntegerField(
        _("share of reserved seats (%)"), default=30, validators=[MaxValueValidator(100)]
    )
    reserved_until = models.DateField(_("reserved seats wait until"))
    limit_km = models.PositiveSmallIntegerField(
        _("farthest place given beyond one's wishes (km)"), null=True, blank=True
    )
    limit_minutes = models.PositiveSmallIntegerField(
        _("longest journey to a place given beyond one's wishes (minutes)"),
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(300)],
    )
    least_hours = models.PositiveSmallIntegerField(_("least hours of presence a week"), default=25)
    seed = models.PositiveBigIntegerField(_("seed of the draw"))
    published_turn = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("internship campaign")
        verbose_name_plural = _("internship campaigns")
        ordering = ["-school_year", "-created_at"]
        constraints = [
            *LIFECYCLE.constraints(),
            models.CheckConstraint(
                condition=Q(
                    opens_at__lt=F("closes_at"),
                    closes_at__lte=F("publishes_at"),
                    publishes_at__lt=F("confirm_by"),
                    confirm_by__lte=F("second_opens_at"),
                    second_opens_at__lt=F("second_closes_at"),
                    second_closes_at__lte=F("second_publishes_at"),
                    second_publishes_at__lt=F("second_confirm_by"),
                ),
                name="campaign_dates_in_order",
                violation_error_message=_("The dates follow one another, in the order of the form."),
            ),
            models.CheckConstraint(
                condition=Q(list_length__gte=1, list_length__lte=LONGEST_LIST), name="campaign_list_fits"
            ),
            models.CheckConstraint(condition=Q(reserved_share__lte=100), name="campaign_share_is_a_share"),
            models.CheckConstraint(condition=Q(published_turn__lte=2), name="campaign_has_two_turns"),
            models.CheckConstraint(
                condition=Q(school_year__regex=r"^20[0-9]{2}-20[0-9]{2}$"),
                name="campaign_year_has_its_form",
                violation_error_message=_("A school year is written 2026-2027."),
            ),
        ]
        triggers = [
            *LIFECYCLE.triggers(),
            pgtrigger.Trigger(
                name="rules_hold_once_announced",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["announced", "finished"]),
                func=f"""
                    IF ROW({_row("OLD")}) IS DISTINCT FROM ROW({_row("NEW")}) THEN
                        RAISE EXCEPTION 'the rules of an announced campaign do not change'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'campaign_rules_hold';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The manager's page of the campaign."""
        return reverse("stages:campaign", args=[self.pk])


class ClassWeekQuerySet(VisibleQuerySet["ClassWeek"]):
    """Weeks of classes."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the classes that one may see."""
        return self.filter(school_class__in=SchoolClass.objects.visible_to(account))


@audited
class ClassWeek(Record):
    """The week in which a class is on internship."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="class_weeks", verbose_name=_("campaign")
    )
    school_class = models.ForeignKey(
        SchoolClass, models.CASCADE, related_name="weeks", verbose_name=_("class")
    )
    monday = models.DateField(_("Monday of the week"))

    objects = ClassWeekQuerySet.as_manager()

    class Meta:
        verbose_name = _("week of a class")
        verbose_name_plural = _("weeks of classes")
        ordering = ["monday"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "school_class"], name="class_week_once"),
            models.CheckConstraint(
                condition=Q(monday__iso_week_day=1),
                name="class_week_begins_on_monday",
                violation_error_message=_("A week begins on a Monday."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_class}, {self.monday:%d/%m/%Y}"
