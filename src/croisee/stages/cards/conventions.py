"""What the home pages say of conventions."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card
from croisee.stages.models import Convention, ConventionState
from croisee.stages.queries.conventions import to_sign


def conventions(account: Account) -> Card | None:
    """How many are to be sent, for the school; wait for one's own signature; for others'. Nothing before the first."""
    states = list(Convention.objects.visible_to(account).living().values_list("state", flat=True))
    if not states:
        return None
    signing = sum(state in (ConventionState.READY, ConventionState.SIGNING) for state in states)
    drafts = sum(state == ConventionState.DRAFT for state in states)
    if drafts and account.has_role(Role.SCHOOL_HEAD, Role.SCHOOL_STAFF):
        text = (
            ngettext("%d convention to send for signature.", "%d conventions to send for signature.", drafts)
            % drafts
        )
    elif signing and not account.has_role(Role.CAMPAIGN_MANAGER) and (mine := to_sign(account).count()):
        text = (
            ngettext(
                "%d convention waits for your signature.", "%d conventions wait for your signature.", mine
            )
            % mine
        )
    elif signing:
        text = (
            ngettext("%d convention waits for signatures.", "%d conventions wait for signatures.", signing)
            % signing
        )
    elif drafts:
        text = (
            ngettext(
                "%d convention is being prepared by the school.",
                "%d conventions are being prepared by the school.",
                drafts,
            )
            % drafts
        )
    else:
        text = _("All are signed.")
    return Card(_("Conventions"), text, reverse("stages:conventions"), order=20)
