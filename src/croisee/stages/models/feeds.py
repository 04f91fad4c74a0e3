"""The address by which somebody's calendar software reads one's internships."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class CalendarFeedQuerySet(VisibleQuerySet["CalendarFeed"]):
    """Addresses of calendars."""

    def visible_to(self, account: "Reader") -> Self:
        """One's own."""
        return self.filter(account=account) if isinstance(account, Account) else self.none()


@audited(secret=("token_sha256",))
class CalendarFeed(Record):
    """The secret address of an account's calendar, kept as a digest: renewed or revoked at will."""

    account = models.OneToOneField(
        Account, models.CASCADE, related_name="calendar_feed", verbose_name=_("account")
    )
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("address of a calendar")
        verbose_name_plural = _("addresses of calendars")
        constraints = [
            models.CheckConstraint(
                condition=Q(token_sha256__regex=r"^[0-9a-f]{64}$"),  # noqa: S106  a digest's shape
                name="calendar_feed_sha256",
            ),
        ]

    def __str__(self) -> str:
        return str(self.account)
