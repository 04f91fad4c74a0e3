"""The e-mails that rounds send."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import Notice, register

PUBLISHED = register(
    Notice(
        "stages.round_published",
        _("A round with my school's pupils is published"),
        _("Internships"),
        roles=(Role.SCHOOL_HEAD, Role.SCHOOL_STAFF),
    )
)
PLACE_KNOWN = register(
    Notice(
        "stages.place_known",
        _("The place of my child is known"),
        _("Internships"),
        roles=(Role.FAMILY,),
    )
)
