"""The e-mails about offers: to those who make them, and to those who wait for new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.notices.declaration import Notice, register
from croisee.foundation.notices.services import send
from croisee.opportunities.kinds import offerer_url
from croisee.opportunities.models.offers import OFFERERS

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.opportunities.models import Opportunity

_CATEGORY = _("Offers")
PUBLISHED = register(
    Notice("opportunities.offer_published", _("My offer is published"), _CATEGORY, roles=OFFERERS)
)
REJECTED = register(
    Notice(
        "opportunities.offer_rejected",
        _("My offer is not accepted"),
        _CATEGORY,
        False,
        roles=OFFERERS,
    )
)
PAUSED = register(
    Notice("opportunities.offer_paused", _("My offer is paused"), _CATEGORY, False, roles=OFFERERS)
)
NEW_OFFERS = register(
    Notice("opportunities.new_offers", _("There are new offers for a search that I saved"), _CATEGORY)
)


def offerers(opportunity: Opportunity) -> QuerySet[Account]:
    """Those who act today for who offers it: the host's team, and the school's for a place that it entered."""
    holders = [pk for pk in (opportunity.organisation_id, opportunity.entered_for_id) if pk is not None]
    acting = Membership.objects.active().filter(organisation__in=holders, role__in=OFFERERS)
    found: QuerySet[Account] = Account.objects.filter(memberships__in=acting, is_active=True).distinct()
    return found


def tell_offerers(notice: Notice, opportunity: Opportunity, reason: str = "") -> None:
    """Write to those who offer it, once for each decision, in the present transaction."""
    send(
        notice,
        offerers(opportunity),
        key=f"offer:{opportunity.pk}:{timezone.now().isoformat()}",
        context={"offer": opportunity.title, "why": reason, "path": offerer_url(opportunity)},
    )
