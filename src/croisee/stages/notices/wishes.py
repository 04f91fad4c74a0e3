"""The e-mails about places: the result, the date that comes near, a place that is lost or replaced."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import Notice, register

_CATEGORY = _("Internships")
RESULT = register(
    Notice(
        "stages.result_known",
        _("The result of a round is known for my child or me"),
        _CATEGORY,
        False,
        roles=frozenset({Role.FAMILY}),
    )
)
CONFIRM_SOON = register(
    Notice(
        "stages.confirm_soon",
        _("A place must be confirmed within two days"),
        _CATEGORY,
        False,
        roles=frozenset({Role.FAMILY}),
    )
)
LAPSED = register(
    Notice(
        "stages.place_lapsed",
        _("A place lapsed, not confirmed in time"),
        _CATEGORY,
        False,
        roles=frozenset({Role.FAMILY}),
    )
)
CANCELLED = register(
    Notice(
        "stages.place_cancelled",
        _("A place is cancelled, or replaced"),
        _CATEGORY,
        False,
        roles=frozenset({Role.FAMILY}),
    )
)
