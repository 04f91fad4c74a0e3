"""The e-mails about places: the result, the date that comes near, a place that is lost or replaced."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import Notice, register
from croisee.stages.next_steps import moment

_CATEGORY = _("Internships")


def _dated(context: dict[str, Any]) -> dict[str, Any]:
    """Until when, in the words of the reader's language."""
    return {**context, "before": moment(datetime.fromisoformat(context["before"]))}


RESULT = register(
    Notice(
        "stages.result_known",
        _("The result of a round is known for my child or me"),
        _CATEGORY,
        False,
        roles=(Role.FAMILY,),
    )
)
CONFIRM_SOON = register(
    Notice(
        "stages.confirm_soon",
        _("A place must be confirmed within two days"),
        _CATEGORY,
        False,
        completed=_dated,
        roles=(Role.FAMILY,),
    )
)
LAPSED = register(
    Notice(
        "stages.place_lapsed",
        _("A place lapsed, not confirmed in time"),
        _CATEGORY,
        False,
        roles=(Role.FAMILY,),
    )
)
CANCELLED = register(
    Notice(
        "stages.place_cancelled",
        _("A place is cancelled, or replaced"),
        _CATEGORY,
        False,
        roles=(Role.FAMILY,),
    )
)
