"""What a project asks of the incubator, and what the committee says of it."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.incubation.models.incubators import SpaceKind
from croisee.incubation.models.readers import held, managed

if TYPE_CHECKING:
    from croisee.foundation.records import Reader
from croisee.incubation.models.committees import Committee, Criterion
from croisee.incubation.models.projects import HOLDERS, MANAGERS, OfProjectQuerySet, Project

M = TypeVar("M", bound=models.Model)


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


class Verdict(models.TextChoices):
    """What the committee says of a candidature, written beforehand and applied when its minutes are closed."""

    FAVOURABLE = "favourable", pgettext_lazy("committee", "favourable")
    RESERVED = "reserved", pgettext_lazy("committee", "favourable with reserves")
    REFUSED = "refused", pgettext_lazy("committee", "refused")


class CandidatureQuerySet(OfProjectQuerySet["Candidature"]):
    """Candidatures."""

    def visible_to(self, account: "Reader") -> Self:
        """The holder and managers of the incubator: neither experts nor colleagues of the company."""
        if not isinstance(account, Account):
            return self.none()
        seen = held(account, "project__") | managed(account, "project__incubator__")
        return self.filter(pk__in=Candidature.objects.filter(seen).order_by().values("pk"))

    def held_by(self, account: "Reader") -> Self:
        """Those of the very person of `account`."""
        return self.filter(
            pk__in=Candidature.objects.filter(held(account, "project__")).order_by().values("pk")
        )


@audited(personal=("motivation", "market", "financing", "reserves", "reason", "team", "to_complete"))
class Candidature(Record):
    """A project's candidature for a place: what is asked for, what the committee decided and why.

    `wanted_kind`, `wanted_surface`: the space wished for. `score`: weighted mean of the marks, 0 to 100.
    `reserves`: what must be done first; `reason`: why it is refused. The waiting list is those accepted, by score.
    `verdict`: what the committee says, without effect before its minutes are closed. `to_complete`: what a manager who
    gave the candidature back asks for.
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
    verdict = models.CharField(_("decision"), max_length=10, choices=Verdict, blank=True, editable=False)
    to_complete = models.TextField(_("what is to be completed"), max_length=2000, blank=True, editable=False)
    state = CANDIDATURE.field()

    objects = CandidatureQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=Q(verdict="") | Q(verdict__in=Verdict.values), name="incubation_verdict_is_known"
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
