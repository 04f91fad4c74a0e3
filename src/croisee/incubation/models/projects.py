"""Who comes with an idea: first contacts, project holders and their projects."""

from typing import TYPE_CHECKING, Self, TypeVar

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
from croisee.incubation.models.incubators import Incubator, OfIncubatorQuerySet
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


@audited(personal=("name", "email", "phone", "text", "answer", "person"))
class Enquiry(Record):
    """A first contact: somebody who writes on the public page, or whom the manager met. Little is asked.

    `answer`: what was written back. `person` and `sent_by`: whom a référent sent here with the person's agreement, and
    which référent that was.
    """

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
    answer = models.TextField(_("answer"), max_length=3000, blank=True)
    person = models.ForeignKey(
        Person,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="enquiries",
        verbose_name=_("person"),
        editable=False,
    )
    sent_by = models.ForeignKey(
        Account,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("référent"),
        editable=False,
    )
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


@audited(
    personal=(
        "title",
        "description",
        "partners",
        "residence",
        "zone_codes",
        "holder",
        "company",
        "siren",
    )
)
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
