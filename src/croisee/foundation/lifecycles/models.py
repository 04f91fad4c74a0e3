"""The log of lifecycles: one row a change of state, never altered."""

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.declaration import REGISTERED, Transition
from croisee.foundation.records import VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class StateChangeQuerySet(VisibleQuerySet["StateChange"]):
    """Changes of state."""

    def visible_to(self, account: "Reader") -> Self:
        """All of them, for an administrator; otherwise one's own. `queries.history` gives those of a thing seen."""
        if not isinstance(account, Account):
            return self.none()
        return self if account.has_role(Role.ADMINISTRATOR) else self.filter(account=account)


class StateChange(models.Model):
    """Who moved what from which state to which, and when. `account` is empty when the software did it."""

    lifecycle = models.CharField(_("lifecycle"), max_length=100)
    object_id = models.UUIDField(_("object"))
    transition = models.CharField(_("transition"), max_length=50)
    origin = models.CharField(_("from"), max_length=32)
    target = models.CharField(_("to"), max_length=32)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("on"), default=timezone.now, editable=False)

    objects = StateChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("changes of state")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["lifecycle", "object_id"], name="statechange_of_object")]
        triggers = [
            # Erasing an account empties `account`: the one change a row may undergo.
            pgtrigger.ReadOnly(name="unaltered", exclude=["account"]),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.lifecycle}: {self.origin} → {self.target}"

    @property
    def declared(self) -> Transition:
        """The transition's row in the lifecycle's table."""
        return REGISTERED[self.lifecycle].transition(self.transition)

    @property
    def target_label(self) -> str:
        """The state reached, in the reader's language."""
        return str(REGISTERED[self.lifecycle].states(self.target).label)
