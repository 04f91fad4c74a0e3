"""The board on which companies of an incubator help each other."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.incubation.models.incubators import Incubator
from croisee.incubation.models.readers import hosted_in, managed, of_tenant

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


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

    def get_absolute_url(self) -> str:
        """The page of the notice."""
        return reverse("incubation:post", args=[self.pk])


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
