"""What the home pages say of the territory."""

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.models import Account
from croisee.foundation.registry import Card
from croisee.portal.queries import figures
from croisee.portal.reach import reaching_less


def territory(_account: Account) -> Card:
    """The map, with what is on it."""
    counted = figures()
    text = ngettext(
        "%(communes)s communes, %(zones)s priority neighbourhoods, %(colleges)s collège: on the map and in tables.",
        "%(communes)s communes, %(zones)s priority neighbourhoods, %(colleges)s collèges: on the map and in tables.",
        counted.colleges,
    )
    numbers = {
        "communes": number_format(counted.communes),
        "zones": number_format(counted.neighbourhoods),
        "colleges": number_format(counted.colleges),
    }
    return Card(_("The territory"), text % numbers, reverse("portal:map"), order=60)


def reach(_account: Account) -> Card | None:
    """How many priority neighbourhoods reach fewer employers than half of the metropolis's addresses."""
    counted = reaching_less("employers")
    if counted is None:
        return None
    text = ngettext(
        "%(less)d priority neighbourhood of %(all)d reaches fewer employers in 30 minutes by public transport than "
        "half of the metropolis’s addresses: map and table.",
        "%(less)d priority neighbourhoods of %(all)d reach fewer employers in 30 minutes by public transport than "
        "half of the metropolis’s addresses: map and table.",
        counted.less,
    )
    numbers = {"less": counted.less, "all": counted.all}
    figure = _("%(less)d of %(all)d") % numbers
    return Card(_("What is within reach"), text % numbers, reverse("portal:reach"), figure, order=62)


def address(_account: Account) -> Card:
    """The check of an address."""
    text = _("Is this address in a priority neighbourhood?")
    return Card(_("Check an address"), text, reverse("territory:address"), order=61)
