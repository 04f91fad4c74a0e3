"""Advice by experts, and the board on which companies of an incubator help each other."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.database.overlaps import taken
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.incubation.models.incubators import Incubator
from croisee.incubation.models.projects import Project
from croisee.incubation.models.readers import held, hosted_in, managed, of_tenant

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

BOOKERS = (Role.PROJECT_HOLDER, Role.EMPLOYER, Role.INCUBATOR_MANAGER)
ADVISERS = (Role.EXPERT, Role.INCUBATOR_MANAGER)


class ExpertQuerySet(VisibleQuerySet["Expert"]):
    """Experts."""

    def visible_to(self, account: "Reader") -> Self:
        """Holders and companies of the incubator, its managers, the expert: by name, for one chooses whom to meet."""
        if not isinstance(account, Account):
            return self.none()
        projects = Project.objects.filter(held(account) | of_tenant(account, "company"))
        return self.filter(
            Q(account=account)
            | managed(account, "incubator__")
            | Q(incubator__in=projects.order_by().values("incubator"))
        )

    def active(self) -> Self:
        """Those who advise today."""
        return self.filter(ended_on__isnull=True)


@audited(personal=("presentation",))
class Expert(Record):
    """Somebody who advises project holders at an incubator: an accountant, a lawyer, an adviser of BGE."""

    incubator = models.ForeignKey(
        Incubator, models.CASCADE, related_name="experts", verbose_name=pgettext_lazy("premises", "incubator")
    )
    account = models.ForeignKey(
        Account, models.CASCADE, related_name="expertise", verbose_name=pgettext_lazy("adviser", "expert")
    )
    organisation_name = models.CharField(_("organisation"), max_length=150, blank=True)
    topics = models.CharField(_("advises on"), max_length=300)
    presentation = models.TextField(_("presentation"), max_length=1000, blank=True)
    ended_on = models.DateField(_("no longer advises since"), null=True, blank=True)

    objects = ExpertQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("adviser", "expert")
        verbose_name_plural = pgettext_lazy("adviser", "experts")
        ordering = ["account__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incubator", "account"],
                name="incubation_expert_once",
                violation_error_message=_("This expert advises here already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.account)


class AdviceSlotQuerySet(VisibleQuerySet["AdviceSlot"]):
    """Hours at which experts advise."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the experts that one may see."""
        return self.filter(expert__in=Expert.objects.visible_to(account))


class AdviceSlot(Record):
    """An hour at which an expert advises; nobody has two at one time."""

    expert = models.ForeignKey(
        Expert, models.CASCADE, related_name="slots", verbose_name=pgettext_lazy("adviser", "expert")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    place = models.CharField(pgettext_lazy("meeting", "place"), max_length=200, blank=True)
    remote = models.BooleanField(_("by telephone or video"), default=False)

    objects = AdviceSlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("hour of advice")
        verbose_name_plural = _("hours of advice")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["expert", "starts_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="incubation_slot_in_order",
                violation_error_message=_("An hour of advice ends after it begins."),
            ),
            ExclusionConstraint(
                name="incubation_expert_once_at_a_time",
                expressions=[(taken("expert", "starts_at", ends_at="ends_at"), "&&")],
                violation_error_message=_("This expert has another hour then."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%d/%m/%Y %H:%M}"


class AdviceState(models.TextChoices):
    """Where an appointment stands."""

    BOOKED = "booked", pgettext_lazy("advice", "booked")
    CANCELLED = "cancelled", pgettext_lazy("advice", "cancelled")
    ATTENDED = "attended", pgettext_lazy("advice", "held")
    MISSED = "missed", pgettext_lazy("advice", "the project holder did not come")


ADVICE = Lifecycle(
    name="incubation.advice",
    label=_("Appointment with an expert"),
    states=AdviceState,
    initial=AdviceState.BOOKED,
    transitions=(
        Transition(
            "cancel",
            pgettext_lazy("advice", "Cancel the appointment"),
            (AdviceState.BOOKED,),
            AdviceState.CANCELLED,
            (*BOOKERS, Role.EXPERT),
            confirm=_("The other one is told, and the hour is free again."),
        ),
        Transition(
            "attend",
            pgettext_lazy("advice", "Held"),
            (AdviceState.BOOKED, AdviceState.MISSED),
            AdviceState.ATTENDED,
            ADVISERS,
        ),
        Transition(
            "miss",
            pgettext_lazy("advice", "Did not come"),
            (AdviceState.BOOKED, AdviceState.ATTENDED),
            AdviceState.MISSED,
            ADVISERS,
        ),
    ),
)


class AdviceQuerySet(VisibleQuerySet["Advice"]):
    """Appointments with experts."""

    def visible_to(self, account: "Reader") -> Self:
        """The holder and the company of the project, the expert, managers of the incubator."""
        if not isinstance(account, Account):
            return self.none()
        projects = Project.objects.filter(held(account) | of_tenant(account, "company"))
        return self.filter(
            Q(project__in=projects.order_by().values("pk"))
            | Q(slot__expert__account=account)
            | managed(account, "project__incubator__")
        )

    def given_by(self, account: "Reader") -> Self:
        """Those that `account` holds as the expert, or as a manager of the incubator."""
        if not isinstance(account, Account):
            return self.none()
        return self.filter(Q(slot__expert__account=account) | managed(account, "project__incubator__"))


@audited(personal=("question", "note", "private_note"))
class Advice(Record):
    """A project's appointment with an expert. `note` is what was advised, for the holder too; `private_note` is not."""

    lifecycle = ADVICE

    slot = models.ForeignKey(
        AdviceSlot, models.PROTECT, related_name="appointments", verbose_name=_("hour of advice")
    )
    project = models.ForeignKey(
        Project, models.CASCADE, related_name="appointments", verbose_name=_("business project")
    )
    question = models.TextField(_("what one wants to talk about"), max_length=1000, blank=True)
    note = models.TextField(_("what was advised"), max_length=3000, blank=True)
    private_note = models.TextField(_("note for the team"), max_length=2000, blank=True)
    booked_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("booked by")
    )
    reminded_at = models.DateTimeField(null=True, editable=False)
    state = ADVICE.field()

    objects = AdviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment with an expert")
        verbose_name_plural = _("appointments with experts")
        ordering = ["slot__starts_at", "pk"]
        indexes = [models.Index(fields=["project", "state"])]
        constraints = [
            *ADVICE.constraints(),
            models.UniqueConstraint(
                fields=["slot"],
                condition=~Q(state="cancelled"),
                name="incubation_slot_for_one",
                violation_error_message=_("Somebody else has this hour: choose another."),
            ),
        ]
        triggers = ADVICE.triggers()

    def __str__(self) -> str:
        return f"{self.project} → {self.slot}"


class PostKind(models.TextChoices):
    """What a notice on the board is."""

    OFFER = "offer", pgettext_lazy("board", "offers")
    REQUEST = "request", pgettext_lazy("board", "looks for")


class PostState(models.TextChoices):
    """Where a notice on the board stands."""

    OPEN = "open", pgettext_lazy("board", "open")
    SETTLED = "settled", pgettext_lazy("board", "settled")
    REMOVED = "removed", pgettext_lazy("board", "taken down")


POST = Lifecycle(
    name="incubation.post",
    label=_("Notice on the board"),
    states=PostState,
    initial=PostState.OPEN,
    transitions=(
        Transition(
            "settle",
            pgettext_lazy("board", "Settled"),
            (PostState.OPEN,),
            PostState.SETTLED,
            (Role.EMPLOYER, Role.INCUBATOR_MANAGER),
        ),
        Transition(
            "reopen",
            pgettext_lazy("board", "Open again"),
            (PostState.SETTLED,),
            PostState.OPEN,
            (Role.EMPLOYER, Role.INCUBATOR_MANAGER),
        ),
        Transition(
            "remove",
            pgettext_lazy("board", "Take down"),
            (PostState.OPEN, PostState.SETTLED),
            PostState.REMOVED,
            (Role.EMPLOYER, Role.INCUBATOR_MANAGER),
            confirm=_("The notice and its answers are no longer shown."),
        ),
    ),
)


class PostQuerySet(VisibleQuerySet["Post"]):
    """Notices on the board."""

    def visible_to(self, account: "Reader") -> Self:
        """Companies hosted there today and the managers; what was taken down, its authors and managers alone."""
        if not isinstance(account, Account):
            return self.none()
        shown = ~Q(state=PostState.REMOVED)
        return self.filter(
            managed(account, "incubator__")
            | of_tenant(account, "organisation")
            | (hosted_in(account, "incubator__") & shown)
        )

    def written_by(self, account: "Reader") -> Self:
        """Those of companies that `account` acts for, and all of an incubator for its managers."""
        return self.filter(managed(account, "incubator__") | of_tenant(account, "organisation"))


@audited(personal=("author", "text"))
class Post(Record):
    """A notice of a hosted company to the others: what it offers or looks for. `organisation` empty: the manager's."""

    lifecycle = POST

    incubator = models.ForeignKey(
        Incubator, models.CASCADE, related_name="posts", verbose_name=pgettext_lazy("premises", "incubator")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="board_posts",
        verbose_name=_("company"),
    )
    author = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=PostKind)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=2000, blank=True)
    expires_on = models.DateField(_("shown until"))
    state = POST.field()

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice on the board")
        verbose_name_plural = _("notices on the board")
        ordering = ["-created_at", "pk"]
        indexes = [models.Index(fields=["incubator", "state", "-created_at"])]
        constraints = [
            *POST.constraints(),
            models.CheckConstraint(condition=Q(kind__in=PostKind.values), name="incubation_post_kind"),
        ]
        triggers = POST.triggers()

    def __str__(self) -> str:
        return self.title


class ReplyQuerySet(VisibleQuerySet["Reply"]):
    """Answers on the board."""

    def visible_to(self, account: "Reader") -> Self:
        """Those to the notices that one may see."""
        return self.filter(post__in=Post.objects.visible_to(account))


@audited(personal=("author", "text"))
class Reply(Record):
    """An answer to a notice."""

    post = models.ForeignKey(
        Post, models.CASCADE, related_name="replies", verbose_name=_("notice on the board")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="board_replies",
        verbose_name=_("company"),
    )
    author = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )
    text = models.TextField(_("text"), max_length=2000)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer on the board")
        verbose_name_plural = _("answers on the board")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return str(self.post)
