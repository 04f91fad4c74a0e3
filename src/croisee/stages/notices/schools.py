"""The e-mails that schools cause."""

from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import in_words
from croisee.foundation.notices.declaration import Notice, register


def _dated(context: dict[str, Any]) -> dict[str, Any]:
    """The date in the words of the reader's language."""
    before = context["before"]
    return {**context, "before": in_words(localtime(datetime.fromisoformat(before)).date()) if before else ""}


REMINDER = register(
    Notice(
        "stages.school_reminder",
        _("The school reminds me of what is left to do"),
        _("Internships"),
        completed=_dated,
        roles=(Role.FAMILY,),
    )
)
WISHES_GONE = register(
    Notice(
        "stages.wishes_gone",
        _("Wishes of my child cannot be kept"),
        _("Internships"),
        roles=(Role.FAMILY,),
    )
)
DIRECT_PLACE = register(
    Notice(
        "stages.direct_place",
        _("The school noted the place that my child found"),
        _("Internships"),
        roles=(Role.FAMILY,),
    )
)
