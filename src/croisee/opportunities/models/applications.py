"""Who asks for what, in what order, and with what answer."""

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Person
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.opportunities.kinds import managed_by
from croisee.opportunities.models.offers import Period

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class ApplicationState(models.TextChoices):
    """Where an application stands."""

    ASKED = "asked", _("wished for")
    OFFERED = "offered", _("place to confirm")
    CONFIRMED = "confirmed", _("place confirmed")
    NOT_GRANTED = "not_granted", _("not granted")
    GIVEN_BACK = "given_back", _("place given back")
    LAPSED = "lapsed", _("place lapsed, not confirmed in time")
    CANCELLED = "cancelled", _("place cancelled")


HOLDING = (ApplicationState.OFFERED, ApplicationState.CONFIRMED)
OPEN = (ApplicationState.ASKED, *HOLDING)
ASKERS = (Role.FAMILY, Role.SCHOOL_HEAD, Role.SCHOOL_STAFF, Role.CAMPAIGN_MANAGER)

LIFECYCLE = Lifecycle(
    name="opportunities.application",
    label=_("Application"),
    states=ApplicationState,
    initial=ApplicationState.ASKED,
    transitions=(
        Transition("offer", _("Give the place"), (ApplicationState.ASKED,), ApplicationState.OFFERED),
        Transition("not_grant", _("Do not grant"), (ApplicationState.ASKED,), ApplicationState.NOT_GRANTED),
        Transition(
            "take_back",
            _("Take the result back"),
            (ApplicationState.OFFERED, ApplicationState.NOT_GRANTED),
            ApplicationState.ASKED,
        ),
        Transition(
            "confirm",
            _("Confirm the place"),
            (ApplicationState.OFFERED,),
            ApplicationState.CONFIRMED,
            ASKERS,
        ),
        Transition(
            "give_back",
            _("Give the place back"),
            HOLDING,
            ApplicationState.GIVEN_BACK,
            ASKERS,
            confirm=_("The place goes to somebody else; it cannot be had again."),
        ),
        Transition("lapse", _("Let lapse"), (ApplicationState.OFFERED,), ApplicationState.LAPSED),
        Transition("cancel", _("Cancel the place"), HOLDING, ApplicationState.CANCELLED),
    ),
)


class Origin(models.TextChoices):
    """How an application came to be."""

    WISH = "wish", _("wish")
    RULE = "rule", _("continued list")
    LEFT = "left", _("place that was left")
    DIRECT = "direct", _("place found by the pupil or the school")
    REPLACED = "replaced", _("place in the stead of a withdrawn one")


class ApplicationQuerySet(VisibleQuerySet["Application"]):
    """Applications."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the persons one may see; for employers, the confirmed ones at their own."""
        if not isinstance(account, Account):
            return self.none()
        if account.has_role(Role.CAMPAIGN_MANAGER):
            return self.filter(managed_by(account, "period__opportunity__"))
        of_persons = Q(person__in=Person.objects.visible_to(account))
        hosts = account.organisations(Role.EMPLOYER).values("pk")
        received = Q(period__opportunity__organisation__in=hosts, state=ApplicationState.CONFIRMED)
        return self.filter(of_persons | received)

    def holding(self) -> Self:
        """Those that hold a seat."""
        return self.filter(state__in=HOLDING)


_COUNT_SEATS = """
    IF TG_OP <> 'INSERT' AND OLD.state IN ('offered', 'confirmed') THEN
        IF TG_OP = 'DELETE' OR OLD.period_id <> NEW.period_id OR NEW.state NOT IN ('offered', 'confirmed') THEN
            UPDATE opportunities_period SET taken = taken - 1 WHERE id = OLD.period_id;
        END IF;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.state IN ('offered', 'confirmed') THEN
        IF TG_OP = 'INSERT' OR OLD.period_id <> NEW.period_id OR OLD.state NOT IN ('offered', 'confirmed') THEN
            UPDATE opportunities_period SET taken = taken + 1 WHERE id = NEW.period_id;
        END IF;
    END IF;
    RETURN NULL;
"""


@audited
class Application(Record):
    """That a person asks for an opportunity in a period. `call` is what it answers: a campaign, say.

    `turn` is the round within the call, `rank` the place in the person's list (1 first; none for what was not
    ranked). `reserved_seat` says that the seat held is one of the reserved ones.
    """

    lifecycle = LIFECYCLE

    period = models.ForeignKey(Period, models.CASCADE, related_name="applications", verbose_name=_("period"))
    person = models.ForeignKey(Person, models.CASCADE, related_name="applications", verbose_name=_("person"))
    call = models.UUIDField(_("call"), db_index=True)
    turn = models.PositiveSmallIntegerField(_("turn"), default=1)
    rank = models.PositiveSmallIntegerField(_("rank"), null=True)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.WISH)
    state = LIFECYCLE.field()
    reserved_seat = models.BooleanField(_("reserved seat"), default=False)
    answer_by = models.DateTimeField(_("to be confirmed before"), null=True)
    entered_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("entered by")
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["turn", "rank", "created_at"]
        constraints = [
            *LIFECYCLE.constraints(),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="application_origin_is_known"),
            models.CheckConstraint(
                condition=Q(rank__isnull=True) | Q(rank__gte=1, rank__lte=10), name="application_rank_fits"
            ),
            # Deferred: a list is put in another order in one transaction.
            models.UniqueConstraint(
                fields=["person", "call", "turn", "rank"],
                name="application_rank_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["person", "period"],
                condition=Q(state__in=[str(state) for state in OPEN]),
                name="application_open_once",
            ),
            models.UniqueConstraint(
                fields=["person", "call"],
                condition=Q(state__in=[str(state) for state in HOLDING]),
                name="application_one_place_a_person",
            ),
        ]
        indexes = [models.Index(fields=["call", "state"]), models.Index(fields=["period", "state"])]
        triggers = [
            *LIFECYCLE.triggers(),
            pgtrigger.Trigger(
                name="seats_are_counted",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_COUNT_SEATS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.period}"
