"""Searches that somebody wants to find again, and to be told of."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class SavedSearchQuerySet(VisibleQuerySet["SavedSearch"]):
    """Saved searches."""

    def visible_to(self, account: "Reader") -> Self:
        """One's own."""
        return self.filter(account=account) if isinstance(account, Account) else self.none()


class SavedSearch(Record):
    """A search kept under a name; with `alerts`, what is published after `seen_until` is written about."""

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="saved_searches", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=100)
    criteria = models.JSONField(_("criteria"), default=dict)
    alerts = models.BooleanField(_("write to me about new ones"), default=True)
    seen_until = models.DateTimeField(default=timezone.now, editable=False)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"],
                name="saved_search_name_once",
                violation_error_message=_("You already saved a search under this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name
