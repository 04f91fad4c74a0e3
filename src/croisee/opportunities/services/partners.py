"""What reading the offers of any partner takes: whose they are here, and what becomes of those it shows no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind
from croisee.foundation.lifecycles.services import perform
from croisee.opportunities.models import OpportunityState


def partner_employer(name: str) -> Organisation:
    """The partner's employer: never one of ours of the same name, whose team would then change a partner's offer."""
    same = Organisation.objects.filter(name=name, kind=Kind.EMPLOYER, siret="", memberships__isnull=True)
    return same.first() or Organisation.objects.create(name=name, kind=Kind.EMPLOYER)


def take_off_unseen(held: QuerySet[Any], seen: Collection[str], now: dt.datetime) -> int:
    """Take off what is held of a partner and was not seen there; how many.

    `held` are rows that link an `opportunity` to its `remote_id`, with the moment it was `gone_at`.
    """
    count = 0
    for link in held.filter(gone_at__isnull=True).exclude(remote_id__in=seen).select_related("opportunity"):
        with transaction.atomic():
            if link.opportunity and link.opportunity.state == OpportunityState.PUBLISHED:
                perform(link.opportunity, "unpublish", None)
            held.filter(pk=link.pk).update(gone_at=now, updated_at=now)
        count += 1
    return count
