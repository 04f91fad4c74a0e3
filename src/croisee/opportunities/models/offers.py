"""What is offered, by whom, where; in which periods, with how many seats."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.opportunities.kinds import managed_by
from croisee.opportunities.sectors import Sector

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

OFFERERS = (
    Role.EMPLOYER,
    Role.SCHOOL_HEAD,
    Role.CAMPAIGN_MANAGER,
    Role.TRAINING_CENTRE,
    Role.PROGRAMME_MANAGER,
)
MANAGERS = (Role.CAMPAIGN_MANAGER, Role.PROGRAMME_MANAGER, Role.DEVELOPER, Role.INCUBATOR_MANAGER)
"""Who checks offers of some kind; of which, their kinds say (`croisee.opportunities.kinds`)."""


class OpportunityState(models.TextChoices):
    """Where an opportunity stands."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("being checked")
    PUBLISHED = "published", pgettext_lazy("offer", "published")
    UNPUBLISHED = "unpublished", _("paused")
    REJECTED = "rejected", _("not accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")


LIFECYCLE = Lifecycle(
    name="opportunities.opportunity",
    label=_("Opportunity"),
    states=OpportunityState,
    initial=OpportunityState.DRAFT,
    transitions=(
        Transition(
            "submit",
            _("Propose"),
            (OpportunityState.DRAFT, OpportunityState.REJECTED),
            OpportunityState.SUBMITTED,
            OFFERERS,
        ),
        Transition(
            "publish",
            _("Publish"),
            (OpportunityState.SUBMITTED, OpportunityState.UNPUBLISHED),
            OpportunityState.PUBLISHED,
            MANAGERS,
        ),
        Transition(
            "reject",
            _("Do not accept"),
            (OpportunityState.SUBMITTED, OpportunityState.PUBLISHED, OpportunityState.UNPUBLISHED),
            OpportunityState.REJECTED,
            MANAGERS,
            confirm=_("The employer is told why."),
        ),
        Transition(
            "unpublish",
            _("Pause"),
            (OpportunityState.PUBLISHED,),
            OpportunityState.UNPUBLISHED,
            (Role.EMPLOYER, *MANAGERS),
        ),
        Transition(
            "withdraw",
            _("Withdraw"),
            (
                OpportunityState.DRAFT,
                OpportunityState.SUBMITTED,
                OpportunityState.PUBLISHED,
                OpportunityState.UNPUBLISHED,
            ),
            OpportunityState.WITHDRAWN,
            (Role.EMPLOYER, *MANAGERS),
            confirm=_("Those who had a place here are told, and another place is looked for at once."),
        ),
    ),
)


class Source(models.TextChoices):
    """Where an opportunity comes from."""

    OWN = "own", _("offered here")
    PARTNER = "partner", _("read from the national platform")


class OpportunityQuerySet(VisibleQuerySet["Opportunity"]):
    """Opportunities."""

    def visible_to(self, account: "Reader") -> Self:
        """Managers: all of the kinds they check. Whoever is signed in: published ones, and all those of one's own."""
        if not isinstance(account, Account):
            return self.none()
        own = account.organisations(*OFFERERS).values("pk")
        shown = Q(state=OpportunityState.PUBLISHED, listed=True)
        return self._checked_or(account, shown | Q(organisation__in=own) | Q(entered_for__in=own))

    def offered_by(self, account: Account) -> Self:
        """Those that `account` may change: its organisations' own; for a manager, all of the kinds it checks."""
        own = account.organisations(*OFFERERS).values("pk")
        return self._checked_or(account, Q(organisation__in=own) | Q(entered_for__in=own))

    def checked_by(self, account: "Reader") -> Self:
        """Those that `account` accepts or not: all of the kinds that it manages."""
        if not isinstance(account, Account) or not account.has_role(*MANAGERS):
            return self.none()
        return self.filter(managed_by(account))

    def _checked_or(self, account: Account, other: Q) -> Self:
        if not account.has_role(*MANAGERS):
            return self.filter(other)
        checked = managed_by(account)
        return self.filter(checked | other) if checked else self


@audited(ignored=("searchable", "search"))
class Opportunity(Record):
    """Something offered: an internship today, a contract or premises later. `kind` says which service knows the rest.

    `listed` is false for what is kept for given persons (a place that a pupil found): nobody else finds it.
    `entered_for` is the school that entered such a place. `reserved_until` is the day until which reserved seats
    wait for those they are reserved for (open to all from the next day on); none: they wait to the end.
    """

    lifecycle = LIFECYCLE

    kind = models.CharField(_("kind"), max_length=30)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="opportunities", verbose_name=_("offered by")
    )
    entered_for = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    title = models.CharField(_("title"), max_length=150)
    description = models.TextField(_("description"), max_length=1500, blank=True)
    sector = models.CharField(_("sector"), max_length=30, choices=Sector)
    address = models.CharField(_("address"), max_length=300, blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)
    city = models.CharField(_("town"), max_length=80, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    accessible = models.BooleanField(_("accessible to people with reduced mobility"), default=False)
    reserved_until = models.DateField(_("reserved until"), null=True, blank=True)
    listed = models.BooleanField(_("shown to everyone"), default=True)
    state = LIFECYCLE.field()
    why_rejected = models.CharField(_("why it was not accepted"), max_length=500, blank=True)
    published_at = models.DateTimeField(_("published on"), null=True, editable=False)
    source = models.CharField(max_length=10, choices=Source, default=Source.OWN, editable=False)
    remote_id = models.CharField(max_length=100, blank=True, editable=False)
    permalink = models.URLField(_("address of the offer at its source"), max_length=200, blank=True)
    duplicate_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    # What is searched: title, description, sector, employer and place, without accents, written by the services.
    searchable = models.TextField(default="", editable=False)
    search = models.GeneratedField(
        # By stems, and by words as they are, so that an unfinished word finds those that begin with it.
        expression=SearchVector("searchable", config="french") + SearchVector("searchable", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        ordering = ["-created_at"]
        constraints = [
            *LIFECYCLE.constraints(),
            models.CheckConstraint(condition=Q(sector__in=Sector.values), name="opportunity_sector_is_known"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="opportunity_source_is_known"),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="opportunity_point_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(source=Source.OWN) | (~Q(remote_id="") & ~Q(permalink="")),
                name="opportunity_of_a_partner_leads_there",
            ),
            models.UniqueConstraint(
                fields=["source", "remote_id"],
                condition=~Q(remote_id=""),
                name="opportunity_remote_id_is_unique",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"]),
            models.Index(fields=["organisation", "state"]),
            models.Index(fields=["kind", "state", "listed"]),
            models.Index(fields=["lat", "lon"]),
        ]
        triggers = LIFECYCLE.triggers()

    def __str__(self) -> str:
        return self.title


class PeriodQuerySet(VisibleQuerySet["Period"]):
    """Periods."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the opportunities that one may see."""
        return self.filter(opportunity__in=Opportunity.objects.visible_to(account))


@audited
class Period(Record):
    """When an opportunity takes place, with how many seats, how many of them reserved, how many taken.

    `taken` is kept by a trigger on applications: the row's lock and the constraint together make it impossible,
    under any concurrency, to give more seats than there are.
    """

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, related_name="periods", verbose_name=_("opportunity")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    seats = models.PositiveIntegerField(_("seats"))
    reserved = models.PositiveIntegerField(_("reserved seats"), default=0)
    taken = models.PositiveIntegerField(_("seats taken"), default=0, editable=False)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "starts_on"], name="period_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="period_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(reserved__lte=F("seats")),
                name="period_reserve_fits",
                violation_error_message=_("Reserved seats are among the seats: give at most as many."),
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=F("seats")),
                name="period_never_overfull",
                violation_error_message=_("More seats are taken than that: withdraw places first."),
            ),
        ]
        indexes = [models.Index(fields=["starts_on"])]

    def __str__(self) -> str:
        return f"{self.starts_on:%d/%m/%Y}"

    @property
    def free(self) -> int:
        """Seats that nobody holds."""
        return self.seats - self.taken
