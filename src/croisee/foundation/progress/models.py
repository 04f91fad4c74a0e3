"""The row that a page follows while work goes on in the background."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class State(models.TextChoices):
    """Where a piece of work stands."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


LIFECYCLE = Lifecycle(
    name="progress.progress",
    label=_("Background work"),
    states=State,
    initial=State.WAITING,
    transitions=(
        Transition("begin", _("Begin"), (State.WAITING,), State.RUNNING),
        Transition("finish", _("Finish"), (State.RUNNING,), State.DONE),
        Transition("fail", _("Fail"), (State.WAITING, State.RUNNING), State.FAILED),
        Transition("cancel", _("Cancel"), (State.WAITING, State.RUNNING), State.CANCELLED),
        Transition("restart", _("Start again"), (State.FAILED, State.CANCELLED), State.WAITING),
    ),
)


class ProgressQuerySet(VisibleQuerySet["Progress"]):
    """Pieces of background work."""

    def visible_to(self, account: "Reader") -> Self:
        """One's own; administrators see all."""
        if not isinstance(account, Account):
            return self.none()
        return self if account.has_role(Role.ADMINISTRATOR) else self.filter(account=account)

    def unfinished(self) -> Self:
        """Waiting or running."""
        return self.filter(state__in=[State.WAITING, State.RUNNING])


class Progress(Record):
    """One piece of background work: what it is, for whom, how far, and how it ended.

    `work` is the dotted path of the function and `arguments` its keyword arguments (identifiers, never
    personal data), so that interrupted work can start again. `key` names what must not run twice at a time.
    """

    lifecycle = LIFECYCLE

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("started by")
    )
    title = models.CharField(_("title"), max_length=200)
    work = models.CharField(max_length=200, editable=False)
    arguments = models.JSONField(default=dict, editable=False)
    key = models.CharField(max_length=200, blank=True, editable=False)
    state = LIFECYCLE.field()
    done = models.PositiveBigIntegerField(_("done"), default=0)
    total = models.PositiveBigIntegerField(_("out of"), null=True)
    message = models.CharField(_("step"), max_length=200, blank=True)
    cancel_requested = models.BooleanField(_("cancellation asked"), default=False)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    result_url = models.CharField(_("result"), max_length=500, blank=True)
    problem = models.TextField(_("problem"), blank=True)
    error_reference = models.CharField(_("error reference"), max_length=12, blank=True)

    objects = ProgressQuerySet.as_manager()

    class Meta:
        verbose_name = _("background work")
        verbose_name_plural = _("background work")
        ordering = ["-created_at"]
        constraints = [
            *LIFECYCLE.constraints(),
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(state__in=["waiting", "running"]) & ~models.Q(key=""),
                name="progress_one_at_a_time",
            ),
        ]
        triggers = [*LIFECYCLE.triggers()]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page that follows it."""
        return reverse("progress:detail", args=[self.pk])

    @property
    def percent(self) -> int | None:
        """How far, 0 to 100; None when the total is unknown."""
        if self.state == State.DONE:
            return 100
        return min(100, 100 * self.done // self.total) if self.total else None

    @property
    def is_unfinished(self) -> bool:
        """Waiting or running."""
        return self.state in {State.WAITING, State.RUNNING}

    @property
    def can_start_again(self) -> bool:
        """Failed or cancelled."""
        return self.state in {State.FAILED, State.CANCELLED}
