"""What the home pages say of the actions of the territory."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card, home_counts
from croisee.journeys.models import Action

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

WRITERS = (Role.PROGRAMME_MANAGER, Role.REFERENT)
OTHERS = (Role.FACILITATEUR, Role.TRAINING_CENTRE, Role.MENTOR, Role.FAMILY)

home_counts.register("journeys_actions", lambda account: Action.objects.offered(), *WRITERS)
home_counts.register("journeys_published", lambda account: Action.objects.published(), *OTHERS)


def catalogue(account: "Account") -> Card:
    """The catalogue, for who sends people to it."""
    n = home_counts.of(account)["journeys_actions"]
    text = _("What people can be sent to: services, workshops, training, by theme.")
    return Card(_("Actions of the territory"), text, reverse("journeys:actions"), str(n), order=65)


def offered(account: "Account") -> Card | None:
    """The published actions, for everybody else, once there are some."""
    n = home_counts.of(account)["journeys_published"]
    if not n:
        return None
    text = _("Services, workshops and training for who looks for work, by theme.")
    return Card(_("What the territory offers"), text, reverse("journeys:actions"), str(n), order=85)
