"""What every stored thing shares: an identifier that gives nothing away, its dates, and one door to rows."""

import uuid
from typing import TYPE_CHECKING, Self, TypeAlias, TypeVar

from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from croisee.foundation.accounts.models import Account

    Reader: TypeAlias = Account | AnonymousUser


M = TypeVar("M", bound=models.Model)


class VisibleQuerySet(models.QuerySet[M]):
    """A query set whose rows are read through `visible_to` alone; denies until a model says who may see what."""

    def visible_to(self, account: "Reader") -> Self:
        """Rows that `account` may see now. Each model overrides this; the default shows nothing."""
        return self.none()


class Record(models.Model):
    """Abstract base of stored things: a random UUID, so that an address reveals neither order nor number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        abstract = True
