"""The e-mails about lots and penalties."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import Attachment, NoLongerNeeded, Notice, register


def _with_link(context: dict[str, Any]) -> dict[str, Any]:
    """The way to answer without an account, drawn when the e-mail leaves: nothing that opens a page is kept."""
    from croisee.clauses.models import Penalty, PenaltyState
    from croisee.clauses.services.penalties import token_of

    notified = Penalty.objects.filter(pk=context["penalty"], state=PenaltyState.NOTIFIED)
    penalty = notified.select_related("commitment").first()
    if penalty is None:
        raise NoLongerNeeded
    path = reverse("clauses:penalty_answer", args=[token_of(penalty)])
    return {**context, "answer_url": settings.SITE_URL + path}


def _letter(context: dict[str, Any]) -> Sequence[Attachment]:
    from croisee.clauses.models import Penalty
    from croisee.clauses.services.penalties import letter

    named = ("commitment__clause__lot__contract__operation__buyer", "commitment__organisation")
    penalty = Penalty.objects.select_related(*named).get(pk=context["penalty"])
    return [Attachment(_("penalty") + ".pdf", letter(penalty), "application/pdf")]


CATEGORY = gettext_lazy("Social clauses")
LOT_ENDED = register(
    Notice(
        "clauses.lot_ended",
        gettext_lazy("A lot has ended and hours are missing"),
        CATEGORY,
        roles=(Role.FACILITATEUR,),
    )
)
PENALTY_NOTIFIED = register(
    Notice(
        "clauses.penalty_notified",
        gettext_lazy("A penalty is notified to my company"),
        CATEGORY,
        can_be_disabled=False,
        completed=_with_link,
        attached=_letter,
        roles=(Role.EMPLOYER,),
    )
)
PENALTY_ANSWERED = register(
    Notice(
        "clauses.penalty_answered",
        gettext_lazy("A company has answered a penalty"),
        CATEGORY,
        roles=(Role.FACILITATEUR, Role.BUYER),
    )
)
PENALTY_DECIDED = register(
    Notice(
        "clauses.penalty_decided",
        gettext_lazy("A penalty of my company is applied or waived"),
        CATEGORY,
        can_be_disabled=False,
        roles=(Role.EMPLOYER,),
    )
)
