"""Who comes with an idea: first contacts, project holders and their projects, candidatures, the committee."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.directory.models import Person, Residence
from croisee.foundation.accounts.fields import LowerEmailField
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.incubation.models.incubators import Incubator, OfIncubatorQuerySet, SpaceKind
from croisee.incubation.models.readers import advised, held, managed, of_tenant
from croisee.journeys.models import Step
from croisee.opportunities.sectors import Sector

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

M = TypeVar("M", bound=models.Model)
MANAGERS = (Role.INCUBATOR_MANAGER,)
HOLDERS = (Role.PROJECT_HOLDER, Role.INCUBATOR_MANAGER)


class Origin(models.TextChoices):
    """Who sent a project holder here."""

    CITESLAB = "citeslab", "CitésLab"
    BGE = "bge", "BGE"
    ADIE = "adie", "Adie"
    INITIATIVE = "initiative", "Initiative France"
    CCI = "cci", _("chamber of commerce (CCI)")
    CMA = "cma", _("chamber of trades (CMA)")
    REFERENT = "referent", _("référent de parcours (PLIE, Maison de l’emploi)")
    FRANCE_TRAVAIL = "france_travail", "France Travail"
    OWN = "own", _("came on one’s own")
    OTHER = "other", pgettext_lazy("origin", "other")


class EnquiryState(models.TextChoices):
    """Where a first contact stands."""

    NEW = "new", pgettext_lazy("first contact", "to be answered")
    ANSWERED = "answered", pgettext_lazy("first contact", "answered")
    RECEIVED = "received", _("became a project")
    CLOSED = "closed", pgettext_lazy("first contact", "closed")


ENQUIRY = Lifecycle(
    name="incubation.enquiry",
    label=_("First contact"),
    states=EnquiryState,
    initial=EnquiryState.NEW,
    transitions=(
        Transition(
            "answer",
            pgettext_lazy("first contact", "Answered"),
            (EnquiryState.NEW,),
            EnquiryState.ANSWERED,
            MANAGERS,
        ),
        Transition(
            "receive",
            _("Make a project of it"),
            (EnquiryState.NEW, EnquiryState.ANSWERED),
            EnquiryState.RECEIVED,
            MANAGERS,
        ),
        Transition(
            "close",
            pgettext_lazy("first contact", "Close"),
            (EnquiryState.NEW, EnquiryState.ANSWERED),
            EnquiryState.CLOSED,
            MANAGERS,
        ),
        Transition(
            "reopen",
            pgettext_lazy("first contact", "Open again"),
            (EnquiryState.CLOSED,),
            EnquiryState.ANSWERED,
            MANAGERS,
        ),
    ),
)


@audited(personal=("name", "email", "phone", "text"))
class Enquiry(Record):
    """A first contact: somebody who writes on the public page, or whom the manager met. Little is asked."""

    lifecycle = ENQUIRY

    incubator = models.ForeignKey(
        Incubator,
        models.CASCADE,
        related_name="enquiries",
        verbose_name=pgettext_lazy("premises", "incubator"),
    )
    name = models.CharField(_("name"), max_length=150)
    email = LowerEmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    text = models.TextField(_("the idea in a few lines"), max_length=2000)
    origin = models.CharField(_("sent by"), max_length=20, choices=Origin, default=Origin.OWN)
    state = ENQUIRY.field()
    project = models.ForeignKey(
        "incubation.Project",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="enquiries",
        editable=False,
    )

    objects = OfIncubatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("first contact")
        verbose_name_plural = _("first contacts")
        ordering = ["-created_at", "pk"]
        indexes = [models.Index(fields=["incubator", "state", "-created_at"])]
        constraints = [
            *ENQUIRY.constraints(),
            models.CheckConstraint(
                condition=~Q(email="") | ~Q(phone=""),
                name="incubation_enquiry_can_be_answered",
                violation_error_message=_("Give an e-mail address or a telephone number."),
            ),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="incubation_enquiry_origin"),
        ]
        triggers = ENQUIRY.triggers()

    def __str__(self) -> str:
        return self.name


class ProjectState(models.TextChoices):
    """Where a project stands, from an idea to a company that has left."""

    FOLLOWED = "followed", _("followed")
    APPLYING = "applying", _("applies for a place")
    ACCEPTED = "accepted", _("accepted, waits for a place")
    HOSTED = "hosted", pgettext_lazy("project", "hosted")
    LEFT = "left", pgettext_lazy("project", "has left")
    DROPPED = "dropped", pgettext_lazy("project", "given up")


PROJECT = Lifecycle(
    name="incubation.project",
    label=_("Business project"),
    states=ProjectState,
    initial=ProjectState.FOLLOWED,
    transitions=(
        Transition("apply", _("Apply for a place"), (ProjectState.FOLLOWED,), ProjectState.APPLYING, HOLDERS),
        Transition(
            "accept",
            pgettext_lazy("project", "Accept"),
            (ProjectState.APPLYING,),
            ProjectState.ACCEPTED,
            MANAGERS,
        ),
        Transition(
            "follow",
            _("Follow again without a place"),
            (ProjectState.APPLYING, ProjectState.ACCEPTED, ProjectState.LEFT, ProjectState.DROPPED),
            ProjectState.FOLLOWED,
            HOLDERS,
        ),
        Transition(
            "host",
            pgettext_lazy("project", "Host"),
            (ProjectState.FOLLOWED, ProjectState.ACCEPTED, ProjectState.LEFT),
            ProjectState.HOSTED,
            MANAGERS,
        ),
        Transition("leave", _("Note that it left"), (ProjectState.HOSTED,), ProjectState.LEFT, MANAGERS),
        Transition(
            "drop",
            pgettext_lazy("project", "Give up"),
            (ProjectState.FOLLOWED, ProjectState.APPLYING, ProjectState.ACCEPTED),
            ProjectState.DROPPED,
            HOLDERS,
        ),
    ),
)


class ProjectQuerySet(VisibleQuerySet["Project"]):
    """Projects."""

    def visible_to(self, account: "Reader") -> Self:
        """The holder; managers of the incubator; experts booked to advise it; colleagues of its company."""
        if not isinstance(account, Account):
            return self.none()
        seen = held(account) | managed(account, "incubator__") | advised(account)
        return self.filter(
            pk__in=Project.objects.filter(seen | of_tenant(account, "company")).order_by().values("pk")
        )

    def managed_by(self, account: "Reader") -> Self:
        """Those of the incubators that `account` manages."""
        return self.filter(managed(account, "incubator__"))

    def held_by(self, account: "Reader") -> Self:
        """Those of the very person of `account`."""
        return self.filter(pk__in=Project.objects.filter(held(account)).order_by().values("pk"))


@audited(personal=("title", "description", "residence", "zone_codes", "holder"))
class Project(Record):
    """A business project and, one day, its `company`; of one holder (others are written in `partners`).

    `residence` and `zone_codes`: where the holder lived when the project was received, frozen then. `stays`:
    whether the holder wishes to work in the neighbourhood (nobody is asked to). `oriented_to`: whom the holder
    was sent on to. `step`: the step of the holder's journey that the project is, if there is one. `micro`: the company
    is a micro-entrepreneur's, whose survival is compared with theirs.
    """

    lifecycle = PROJECT

    incubator = models.ForeignKey(
        Incubator,
        models.PROTECT,
        related_name="projects",
        verbose_name=pgettext_lazy("premises", "incubator"),
    )
    holder = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        related_name="business_projects",
        verbose_name=_("project holder"),
    )
    partners = models.CharField(_("with whom"), max_length=200, blank=True)
    title = models.CharField(_("project"), max_length=150)
    description = models.TextField(_("what the company does"), max_length=3000, blank=True)
    sector = models.CharField(_("sector"), max_length=30, choices=Sector)
    naf = models.CharField(_("activity (NAF code)"), max_length=6, blank=True)
    origin = models.CharField(_("sent by"), max_length=20, choices=Origin, default=Origin.OWN)
    received_on = models.DateField(_("received on"), default=timezone.localdate)
    oriented_to = models.CharField(_("sent on to"), max_length=200, blank=True)
    oriented_on = models.DateField(_("sent on, on"), null=True, blank=True)
    residence = models.CharField(
        _("lives in a priority neighbourhood"), max_length=10, choices=Residence, default=Residence.UNKNOWN
    )
    zone_codes = models.CharField(_("neighbourhood"), max_length=100, blank=True)
    stays = models.BooleanField(_("wishes to work in the neighbourhood"), null=True, blank=True)
    adviser = models.ForeignKey(
        Account,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("followed by"),
    )
    company = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("company"),
    )
    founded_on = models.DateField(_("company founded on"), null=True, blank=True)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    micro = models.BooleanField(_("micro-entrepreneur"), default=False)
    step = models.ForeignKey(
        Step,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="business_projects",
        editable=False,
    )
    state = PROJECT.field()

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("business project")
        verbose_name_plural = _("business projects")
        ordering = ["-received_on", "title", "pk"]
        indexes = [
            models.Index(fields=["incubator", "state"]),
            models.Index(fields=["holder"]),
            models.Index(fields=["siren"]),
        ]
        constraints = [
            *PROJECT.constraints(),
            models.CheckConstraint(condition=Q(sector__in=Sector.values), name="incubation_project_sector"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="incubation_project_origin"),
            models.CheckConstraint(
                condition=Q(siren="") | Q(siren__regex=r"^[0-9]{9}$"),
                name="incubation_project_siren",
                violation_error_message=_("A SIREN has nine figures."),
            ),
            models.CheckConstraint(
                condition=Q(founded_on__isnull=False) | Q(siren=""),
                name="incubation_project_company_has_its_day",
                violation_error_message=_("Give the day on which the company was founded."),
            ),
        ]
        triggers = PROJECT.triggers()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the project."""
        return reverse("incubation:project", args=[self.pk])


class OfProjectQuerySet(VisibleQuerySet[M]):
    """Rows that hang on a project by `project`."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the projects that one may see."""
        return self.filter(project__in=Project.objects.visible_to(account))

    def managed_by(self, account: "Reader") -> Self:
        """Those of the incubators that `account` manages."""
        return self.filter(managed(account, "project__incubator__"))


class Criterion(Record):
    """What the committee judges by, shown to who applies. `weight`: 1 to 10; those that are no longer used are kept."""

    incubator = models.ForeignKey(
        Incubator,
        models.CASCADE,
        related_name="criteria",
        verbose_name=pgettext_lazy("premises", "incubator"),
    )
    label = models.CharField(_("criterion"), max_length=120)
    help = models.CharField(_("what is looked at"), max_length=300, blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    ended_on = models.DateField(_("no longer used since"), null=True, blank=True)

    objects = OfIncubatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion of the committee")
        verbose_name_plural = _("criteria of the committee")
        ordering = ["incubator", "order", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["incubator", "label"],
                condition=Q(ended_on__isnull=True),
                name="incubation_criterion_once",
                violation_error_message=_("There is a criterion of that name already."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=10), name="incubation_criterion_weight"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class CommitteeState(models.TextChoices):
    """Where a meeting of the committee stands."""

    PLANNED = "planned", pgettext_lazy("committee", "planned")
    CLOSED = "closed", pgettext_lazy("committee", "held, minutes closed")
    CANCELLED = "cancelled", pgettext_lazy("committee", "cancelled")


COMMITTEE = Lifecycle(
    name="incubation.committee",
    label=_("Admission committee"),
    states=CommitteeState,
    initial=CommitteeState.PLANNED,
    transitions=(
        Transition(
            "close",
            _("Close the minutes"),
            (CommitteeState.PLANNED,),
            CommitteeState.CLOSED,
            MANAGERS,
            confirm=_("Decisions are final and those who applied are told."),
        ),
        Transition(
            "cancel",
            pgettext_lazy("committee", "Cancel"),
            (CommitteeState.PLANNED,),
            CommitteeState.CANCELLED,
            MANAGERS,
        ),
    ),
)


@audited
class Committee(Record):
    """One meeting of the admission committee."""

    lifecycle = COMMITTEE

    incubator = models.ForeignKey(
        Incubator,
        models.CASCADE,
        related_name="committees",
        verbose_name=pgettext_lazy("premises", "incubator"),
    )
    held_on = models.DateField(_("held on"))
    place = models.CharField(pgettext_lazy("meeting", "place"), max_length=200, blank=True)
    members = models.TextField(_("members present, one a line"), max_length=2000, blank=True)
    remarks = models.TextField(_("remarks"), max_length=3000, blank=True)
    state = COMMITTEE.field()

    objects = OfIncubatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("admission committee")
        verbose_name_plural = _("admission committees")
        ordering = ["-held_on", "pk"]
        constraints = [
            *COMMITTEE.constraints(),
            models.UniqueConstraint(
                fields=["incubator", "held_on"],
                condition=~Q(state=CommitteeState.CANCELLED),
                name="incubation_committee_once_a_day",
                violation_error_message=_("There is a committee on that day already."),
            ),
        ]
        triggers = COMMITTEE.triggers()

    def __str__(self) -> str:
        return f"{self.held_on:%d/%m/%Y}"


class CandidatureState(models.TextChoices):
    """Where a candidature stands."""

    DRAFT = "draft", _("being written")
    SUBMITTED = "submitted", pgettext_lazy("candidature", "sent")
    FAVOURABLE = "favourable", pgettext_lazy("committee", "favourable")
    RESERVED = "reserved", pgettext_lazy("committee", "favourable with reserves")
    REFUSED = "refused", pgettext_lazy("committee", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("candidature", "withdrawn")
    PLACED = "placed", pgettext_lazy("candidature", "a place was given")


DECIDED = (CandidatureState.FAVOURABLE, CandidatureState.RESERVED)
"""States of those who were accepted and wait for a place."""

CANDIDATURE = Lifecycle(
    name="incubation.candidature",
    label=_("Candidature for a place"),
    states=CandidatureState,
    initial=CandidatureState.DRAFT,
    transitions=(
        Transition(
            "submit",
            pgettext_lazy("candidature", "Send"),
            (CandidatureState.DRAFT,),
            CandidatureState.SUBMITTED,
            HOLDERS,
        ),
        Transition(
            "return",
            _("Give back to be completed"),
            (CandidatureState.SUBMITTED,),
            CandidatureState.DRAFT,
            MANAGERS,
        ),
        Transition(
            "favour",
            pgettext_lazy("committee", "Favourable"),
            (CandidatureState.SUBMITTED,),
            CandidatureState.FAVOURABLE,
            MANAGERS,
        ),
        Transition(
            "reserve",
            pgettext_lazy("committee", "Favourable with reserves"),
            (CandidatureState.SUBMITTED,),
            CandidatureState.RESERVED,
            MANAGERS,
        ),
        Transition(
            "lift",
            _("Lift the reserves"),
            (CandidatureState.RESERVED,),
            CandidatureState.FAVOURABLE,
            MANAGERS,
        ),
        Transition(
            "refuse",
            pgettext_lazy("committee", "Refuse"),
            (CandidatureState.SUBMITTED, CandidatureState.RESERVED),
            CandidatureState.REFUSED,
            MANAGERS,
        ),
        Transition(
            "place",
            _("Give a place"),
            (CandidatureState.FAVOURABLE, CandidatureState.RESERVED),
            CandidatureState.PLACED,
            MANAGERS,
        ),
        Transition(
            "withdraw",
            pgettext_lazy("candidature", "Withdraw"),
            (
                CandidatureState.DRAFT,
                CandidatureState.SUBMITTED,
                CandidatureState.FAVOURABLE,
                CandidatureState.RESERVED,
            ),
            CandidatureState.WITHDRAWN,
            HOLDERS,
            confirm=_("The place goes to the next on the list."),
        ),
    ),
)


@audited(personal=("motivation", "market", "financing", "reserves", "reason", "team"))
class Candidature(Record):
    """A project's candidature for a place: what is asked for, what the committee decided and why.

    `wanted_kind`, `wanted_surface`: the space wished for. `score`: weighted mean of the marks, 0 to 100.
    `reserves`: what must be done first; `reason`: why it is refused. The waiting list is those accepted, by score.
    """

    lifecycle = CANDIDATURE

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="candidatures", verbose_name=_("business project")
    )
    committee = models.ForeignKey(
        Committee,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="candidatures",
        verbose_name=_("admission committee"),
    )
    wanted_kind = models.CharField(
        _("space wished for"), max_length=10, choices=SpaceKind, default=SpaceKind.OFFICE
    )
    wanted_surface = models.DecimalField(
        _("surface wished for (m²)"), max_digits=7, decimal_places=1, null=True, blank=True
    )
    wanted_from = models.DateField(_("wished for from"), null=True, blank=True)
    motivation = models.TextField(_("why this incubator"), max_length=3000, blank=True)
    market = models.TextField(_("customers and competitors"), max_length=3000, blank=True)
    financing = models.TextField(_("means and financing"), max_length=3000, blank=True)
    team = models.TextField(_("who does what"), max_length=3000, blank=True)
    jobs_planned = models.PositiveSmallIntegerField(_("jobs expected in three years"), null=True, blank=True)
    submitted_on = models.DateField(_("sent on"), null=True, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, editable=False)
    score = models.DecimalField(
        _("score (0 to 100)"), max_digits=5, decimal_places=1, null=True, editable=False
    )
    reserves = models.TextField(_("reserves"), max_length=2000, blank=True)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    state = CANDIDATURE.field()

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("candidature")
        verbose_name_plural = _("candidatures")
        ordering = ["-created_at", "pk"]
        indexes = [models.Index(fields=["project", "state"]), models.Index(fields=["committee"])]
        constraints = [
            *CANDIDATURE.constraints(),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state__in=["draft", "submitted", "favourable", "reserved"]),
                name="incubation_candidature_open_once",
                violation_error_message=_("This project has a candidature under way already."),
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""),
                name="incubation_refusal_has_a_reason",
                violation_error_message=_("Say why it is refused."),
            ),
            models.CheckConstraint(
                condition=~Q(state="reserved") | ~Q(reserves=""),
                name="incubation_reserves_are_said",
                violation_error_message=_("Say which reserves are made."),
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=100),
                name="incubation_score_in_bounds",
            ),
        ]
        triggers = CANDIDATURE.triggers()

    def __str__(self) -> str:
        return str(self.project)


class OfCandidatureQuerySet(VisibleQuerySet[M]):
    """Rows that hang on a candidature."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the candidatures that one may see, for the holder and managers: experts read no papers."""
        if not isinstance(account, Account):
            return self.none()
        seen = managed(account, "candidature__project__incubator__") | held(account, "candidature__project__")
        return self.filter(pk__in=self.model._default_manager.filter(seen).order_by().values("pk"))


@audited(personal=("name", "file"))
class CandidaturePaper(Record):
    """A paper that goes with a candidature: business plan, identity, quotes."""

    candidature = models.ForeignKey(
        Candidature, models.CASCADE, related_name="papers", verbose_name=_("candidature")
    )
    name = models.CharField(_("what it is"), max_length=150)
    file = models.FileField(pgettext_lazy("paper", "file"), upload_to="incubation/papers/")

    objects = OfCandidatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper of a candidature")
        verbose_name_plural = _("papers of candidatures")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.name


@audited(personal=("note",))
class Score(Record):
    """The committee's mark for one criterion, 0 to 5, with the weight that the criterion had then."""

    candidature = models.ForeignKey(
        Candidature, models.CASCADE, related_name="scores", verbose_name=_("candidature")
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="scores", verbose_name=_("criterion of the committee")
    )
    mark = models.PositiveSmallIntegerField(_("mark (0 to 5)"), validators=[MaxValueValidator(5)])
    weight = models.PositiveSmallIntegerField(_("weight"), editable=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = OfCandidatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark of the committee")
        verbose_name_plural = _("marks of the committee")
        ordering = ["criterion__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["candidature", "criterion"], name="incubation_score_once"),
            models.CheckConstraint(
                condition=Q(mark__lte=5, weight__gte=1) & Q(mark__gte=0), name="incubation_score_bounds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.mark}"
