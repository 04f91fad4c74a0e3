"""Access to somebody's journey for who does not follow it: asked with a reason, given until a day."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.directory.models import Person
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.journeys.models.journeys import TEAM, Journey

if TYPE_CHECKING:
    import datetime as dt

    from croisee.foundation.records import Reader


class AccessState(models.TextChoices):
    """Where a request for access stands."""

    ASKED = "asked", _("to be answered")
    GRANTED = "granted", pgettext_lazy("access", "given")
    REFUSED = "refused", pgettext_lazy("access", "refused")
    ENDED = "ended", pgettext_lazy("access", "taken back")


ACCESS = Lifecycle(
    name="journeys.access",
    label=_("Access to a journey"),
    states=AccessState,
    initial=AccessState.ASKED,
    transitions=(
        Transition("grant", _("Give access"), (AccessState.ASKED,), AccessState.GRANTED, TEAM),
        Transition("refuse", _("Refuse"), (AccessState.ASKED,), AccessState.REFUSED, TEAM),
        Transition(
            "end",
            _("Take access back"),
            (AccessState.GRANTED,),
            AccessState.ENDED,
            (*TEAM, Role.FAMILY),
            confirm=_("The journey is closed to them at once."),
        ),
    ),
)


class AccessQuerySet(VisibleQuerySet["AccessRequest"]):
    """Requests for access."""

    def visible_to(self, account: "Reader") -> Self:
        """One's own requests; those on people whose journey one may write in; those on oneself."""
        if not isinstance(account, Account):
            return self.none()
        followed = Journey.objects.followed_by(account).values("person")
        own = Journey.objects.of_oneself(account).values("person")
        return self.filter(Q(asker=account) | Q(person__in=followed) | Q(person__in=own))

    def in_force(self, day: "dt.date | None" = None) -> Self:
        """Those that open a journey on a day (today)."""
        return self.filter(state=AccessState.GRANTED, until__gte=day or timezone.localdate())


@audited(personal=("reason", "answer"))
class AccessRequest(Record):
    """That an agent asks to see the journey of a person followed by others, why, and what was answered."""

    lifecycle = ACCESS

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="access_requests", verbose_name=_("person")
    )
    asker = models.ForeignKey(
        Account, models.CASCADE, related_name="access_requests", verbose_name=_("asked by")
    )
    reason = models.TextField(_("why"), max_length=1000)
    state = ACCESS.field()
    until = models.DateField(_("until"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("answered by")
    )

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for access")
        verbose_name_plural = _("requests for access")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["asker", "state", "until"])]
        constraints = [
            *ACCESS.constraints(),
            models.UniqueConstraint(
                fields=["person", "asker"],
                condition=Q(state=AccessState.ASKED),
                name="journeys_access_asked_once",
                violation_error_message=_("You have asked already: the answer is awaited."),
            ),
            models.CheckConstraint(
                condition=~Q(state=AccessState.GRANTED) | Q(until__isnull=False),
                name="journeys_access_granted_until",
            ),
        ]
        triggers = ACCESS.triggers()

    def __str__(self) -> str:
        return str(self.get_state_display())
