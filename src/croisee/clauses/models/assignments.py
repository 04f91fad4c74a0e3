"""Needs of companies, who is proposed for them, and who works where: assignments."""

from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models.clauses import Commitment
from croisee.clauses.models.fields import Located, located_constraints
from croisee.clauses.models.people import Participant
from croisee.clauses.models.readers import is_facilitateur, of_buyer, of_company
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class Way(models.TextChoices):
    """How hours are done (CCAG 2021, clause d'insertion sociale: modes of execution)."""

    DIRECT = "direct", _("direct hire")
    ALTERNANCE = "alternance", _("alternance (apprenticeship, professionalisation)")
    SECONDMENT = "secondment", _("temporary work or association (ETTI, AI, GEIQ, EATT)")
    INCLUSIVE = "inclusive", _("inclusive subcontracting (EI, ACI, EA, ESAT)")
    TRAINING = "training", _("training")


class ContractType(models.TextChoices):
    """What the person signs."""

    CDI = "cdi", _("open-ended (CDI)")
    CDD = "cdd", _("fixed-term (CDD)")
    CDDI = "cddi", _("fixed-term of integration (CDDI)")
    MISSION = "mission", _("temporary mission")
    APPRENTICESHIP = "apprenticeship", _("apprenticeship")
    PROFESSIONALISATION = "professionalisation", _("professionalisation")
    TRAINING = "training", _("training")


LASTING = (ContractType.CDI, ContractType.APPRENTICESHIP, ContractType.PROFESSIONALISATION)


class NeedState(models.TextChoices):
    """Where a need stands."""

    OPEN = "open", _("people are looked for")
    FILLED = "filled", _("filled")
    CLOSED = "closed", _("closed")


NEED = Lifecycle(
    name="clauses.need",
    label=_("Need"),
    states=NeedState,
    initial=NeedState.OPEN,
    transitions=(
        Transition(
            "fill",
            _("Note as filled"),
            (NeedState.OPEN,),
            NeedState.FILLED,
            (Role.FACILITATEUR, Role.EMPLOYER),
        ),
        Transition(
            "close", _("Close"), (NeedState.OPEN,), NeedState.CLOSED, (Role.FACILITATEUR, Role.EMPLOYER)
        ),
        Transition(
            "reopen",
            _("Open again"),
            (NeedState.FILLED, NeedState.CLOSED),
            NeedState.OPEN,
            (Role.FACILITATEUR, Role.EMPLOYER),
        ),
    ),
)


class NeedQuerySet(VisibleQuerySet["Need"]):
    """Needs."""

    def visible_to(self, account: "Reader") -> Self:
        """Facilitateurs: all. Companies: their own and their subcontractors'."""
        if is_facilitateur(account):
            return self
        return self.filter(of_company(account, "commitment__organisation", "commitment__of__organisation"))


@audited
class Need(Record, Located):
    """What a company looks for under a commitment: a job, for how many people, from when, how long, where."""

    lifecycle = NEED

    commitment = models.ForeignKey(
        Commitment, models.CASCADE, related_name="needs", verbose_name=_("commitment")
    )
    title = models.CharField(_("job"), max_length=150)
    job = models.CharField(_("ROME code"), max_length=5, blank=True)
    description = models.TextField(_("what there is to do"), max_length=1500, blank=True)
    people = models.PositiveSmallIntegerField(_("people"), default=1, validators=[MinValueValidator(1)])
    starts_on = models.DateField(_("starts on"))
    months = models.PositiveSmallIntegerField(
        _("months"), default=6, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    weekly_hours = models.DecimalField(
        _("hours a week"),
        max_digits=4,
        decimal_places=1,
        default=35,
        validators=[MinValueValidator(1), MaxValueValidator(48)],
    )
    beginners = models.BooleanField(_("open to beginners"), default=True)
    state = NEED.field()

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["starts_on", "title"]
        constraints = [
            *NEED.constraints(),
            *located_constraints("clauses_need"),
            models.CheckConstraint(condition=Q(people__gte=1), name="clauses_need_someone"),
        ]
        triggers = NEED.triggers()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the need."""
        return reverse("clauses:need", args=[self.pk])


class AssignmentState(models.TextChoices):
    """Where an assignment stands, from the proposal of a person to the end of the contract."""

    PROPOSED = "proposed", _("proposed to the company")
    DECLINED = "declined", _("not taken")
    HIRED = "hired", _("hired")
    ENDED = "ended", _("contract over")
    CANCELLED = "cancelled", _("cancelled")


HIRED = (AssignmentState.HIRED, AssignmentState.ENDED)

ASSIGNMENT = Lifecycle(
    name="clauses.assignment",
    label=_("Assignment"),
    states=AssignmentState,
    initial=AssignmentState.PROPOSED,
    transitions=(
        Transition(
            "decline",
            _("Not taken"),
            (AssignmentState.PROPOSED,),
            AssignmentState.DECLINED,
            (Role.FACILITATEUR, Role.EMPLOYER),
        ),
        Transition(
            "hire",
            _("Hire"),
            (AssignmentState.PROPOSED,),
            AssignmentState.HIRED,
            (Role.FACILITATEUR, Role.EMPLOYER),
        ),
        Transition(
            "end",
            _("Contract over"),
            (AssignmentState.HIRED,),
            AssignmentState.ENDED,
            (Role.FACILITATEUR, Role.EMPLOYER),
        ),
        Transition(
            "resume", _("Goes on"), (AssignmentState.ENDED,), AssignmentState.HIRED, (Role.FACILITATEUR,)
        ),
        Transition(
            "cancel",
            _("Cancel"),
            (AssignmentState.PROPOSED, AssignmentState.HIRED),
            AssignmentState.CANCELLED,
            (Role.FACILITATEUR,),
            confirm=_("No hours can be declared for it any more."),
        ),
    ),
)


class Situation(models.TextChoices):
    """Where somebody is after the contract, at its end and six months later."""

    UNKNOWN = "unknown", _("not known")
    LASTING_JOB = "lasting_job", _("in a lasting job (CDI, CDD of six months or more)")
    SHORT_JOB = "short_job", _("in a short job")
    INTEGRATION_JOB = "integration_job", _("in a job of integration")
    TRAINING = "training", _("in training or alternance")
    OWN_BUSINESS = "own_business", _("has created a business")
    UNEMPLOYED = "unemployed", _("looking for work")
    INACTIVE = "inactive", _("not looking for work (health, family, retirement…)")


class AssignmentQuerySet(VisibleQuerySet["Assignment"]):
    """Assignments."""

    def visible_to(self, account: "Reader") -> Self:
        """Facilitateurs: all. Companies: those who work for them or whose hours are theirs. People: their own.

        Buyers read numbers, never who works (`readable_as_numbers_by`).
        """
        if is_facilitateur(account):
            return self
        if not isinstance(account, Account):
            return self.none()
        own = Q(
            participant__person__contacts__account=account, participant__person__contacts__capacity="self"
        )
        mine = self.model._base_manager.filter(own).values("pk")
        return self.filter(of_company(account, "employer", "commitment__organisation") | Q(pk__in=mine))

    def readable_as_numbers_by(self, account: "Reader") -> Self:
        """Those that may be counted, without names: also the assignments of a buyer's contracts."""
        return self.filter(
            Q(pk__in=type(self)(self.model, using=self.db).visible_to(account).values("pk"))
            | of_buyer(account, "commitment__clause__lot__contract__operation__buyer")
        )


@audited(personal=("why_over", "note"))
class Assignment(Record):
    """One person's work for one employer under one commitment, in one way. Monthly statements hang on it.

    `employer` signs the contract of work (a temporary-work company, say); the commitment's company owes the hours.
    `reasons` is why the person was ranked as they were when proposed; `residence` is whether they lived in a priority
    neighbourhood then (frozen).
    """

    lifecycle = ASSIGNMENT

    commitment = models.ForeignKey(
        Commitment, models.PROTECT, related_name="assignments", verbose_name=_("commitment")
    )
    need = models.ForeignKey(
        Need, models.SET_NULL, null=True, blank=True, related_name="assignments", verbose_name=_("need")
    )
    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="assignments", verbose_name=_("participant")
    )
    employer = models.ForeignKey(
        Organisation, models.PROTECT, related_name="clause_assignments", verbose_name=_("employer")
    )
    way = models.CharField(_("way"), max_length=20, choices=Way)
    contract_type = models.CharField(_("contract"), max_length=20, choices=ContractType)
    job = models.CharField(_("ROME code"), max_length=5, blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    weekly_hours = models.DecimalField(
        _("hours a week"),
        max_digits=4,
        decimal_places=1,
        default=35,
        validators=[MinValueValidator(1), MaxValueValidator(48)],
    )
    state = ASSIGNMENT.field()
    why_over = models.CharField(_("why it was not taken, or ended"), max_length=300, blank=True)
    reasons = models.JSONField(_("why proposed"), default=list, blank=True, editable=False)
    residence = models.CharField(max_length=10, blank=True, editable=False)
    zone_codes = models.CharField(max_length=100, blank=True, editable=False)
    situation_at_end = models.CharField(
        _("situation at the end"), max_length=20, choices=Situation, default=Situation.UNKNOWN
    )
    situation_after = models.CharField(
        _("situation six months later"), max_length=20, choices=Situation, default=Situation.UNKNOWN
    )
    situation_after_on = models.DateField(_("noted on"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=1000, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-starts_on", "pk"]
        indexes = [
            models.Index(fields=["state", "starts_on"]),
            models.Index(fields=["commitment", "state"]),
        ]
        constraints = [
            *ASSIGNMENT.constraints(),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="clauses_assignment_way_known"),
            models.CheckConstraint(
                condition=Q(contract_type__in=ContractType.values), name="clauses_assignment_contract_known"
            ),
            models.CheckConstraint(
                condition=Q(situation_at_end__in=Situation.values) & Q(situation_after__in=Situation.values),
                name="clauses_assignment_situations_known",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="clauses_assignment_in_order",
                violation_error_message=_("A contract cannot end before it begins."),
            ),
            models.UniqueConstraint(
                fields=["commitment", "participant", "employer", "starts_on"],
                condition=~Q(state__in=[AssignmentState.CANCELLED, AssignmentState.DECLINED]),
                name="clauses_assignment_once",
                violation_error_message=_("This person already has this contract here."),
            ),
        ]
        triggers = ASSIGNMENT.triggers()

    def __str__(self) -> str:
        return f"{self.participant} ({self.commitment.organisation})"

    def get_absolute_url(self) -> str:
        """The page of the assignment."""
        return reverse("clauses:assignment", args=[self.pk])
