"""The e-mails about returns: what is missing, which questionnaires are to be asked. None names a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import NoLongerNeeded, Notice, register

CATEGORY = _("Journeys")


def _missing(context: dict[str, Any]) -> dict[str, Any]:
    """How many people lack something as the e-mail leaves. NoLongerNeeded once none does."""
    from croisee.journeys.queries.completeness import standings

    account = Account.objects.filter(pk=UUID(context["account"])).first()
    by = Account.objects.filter(pk=UUID(context["by"])).first()
    found = standings(account, timezone.localdate()) if account else []
    if not found:
        raise NoLongerNeeded
    return {
        "people": len(found),
        "answers": sum(bool(one.answers) for one in found),
        "proofs": sum(bool(one.proofs) for one in found),
        "by": str(by) if by else "",
        "path": reverse("journeys:returns"),
    }


def _to_ask(context: dict[str, Any]) -> dict[str, Any]:
    """How many questionnaires are to be asked, and how many of them late. NoLongerNeeded once none is."""
    from croisee.journeys.models import Journey
    from croisee.journeys.queries.returns import to_ask

    account = Account.objects.filter(pk=UUID(context["account"])).first()
    found = to_ask(Journey.objects.followed_by(account), timezone.localdate()) if account else []
    if not found:
        raise NoLongerNeeded
    late = sum(one.late for one in found)
    return {"count": len(found), "late": late, "path": reverse("journeys:situations")}


MISSING = register(
    Notice(
        "journeys.returns_missing",
        _("A manager reminds me of what the FSE+ still lacks"),
        CATEGORY,
        completed=_missing,
        roles=(Role.REFERENT, Role.PROGRAMME_MANAGER),
    )
)
TO_ASK = register(
    Notice(
        "journeys.situations_to_ask",
        _("Questionnaires of the FSE+ are to be asked"),
        CATEGORY,
        completed=_to_ask,
        roles=(Role.REFERENT, Role.PROGRAMME_MANAGER),
    )
)

CONTROL_LABEL = _("Control of proofs")
PERIOD_LABEL = _("Period")
SIZE_LABEL = _("Journeys drawn")
SEED_LABEL = _("Seed of the draw")
RATE_LABEL = _("Share not sound")
INDICATORS_LABEL = _("Common indicators of the FSE+")
PROGRAMME_LABEL = _("Programme")
