"""The e-mail that tells a facilitateur that a buyer asks for help."""

from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.declaration import Notice, register

HELP_ASKED = register(
    Notice(
        "clauses.help_asked",
        _("A buyer asks for help to set a clause"),
        _("Social clauses"),
        roles=(Role.FACILITATEUR,),
    )
)
