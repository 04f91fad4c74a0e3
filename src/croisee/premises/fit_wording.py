"""What is found of premises for a demand, in words: limits, reasons, what would make them fit."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from croisee.premises.fit import Finding
from croisee.premises.repairs import Means, Repair
from croisee.premises.stock import Limit

TOPICS: Mapping[str, str | Promise] = {
    "surface": gettext_lazy("Surface"),
    "rent": gettext_lazy("Rent or price"),
    "place": pgettext_lazy("premises", "Place"),
    "dates": gettext_lazy("Dates"),
    "equipment": gettext_lazy("Equipment"),
    "use": gettext_lazy("Use"),
}
MEANING: Mapping[Finding, str | Promise] = {
    Finding.SIZE_JUST: gettext_lazy("the size looked for"),
    Finding.SIZE_NEAR: gettext_lazy("near the size looked for"),
    Finding.SIZE_FAIR: gettext_lazy("rather far from the size looked for"),
    Finding.SIZE_FAR: gettext_lazy("far from the size looked for"),
    Finding.RENT_WELL_UNDER: gettext_lazy("a fifth or more under the budget"),
    Finding.RENT_UNDER: gettext_lazy("within the budget"),
    Finding.RENT_NOT_ASKED: gettext_lazy("no budget is said"),
    Finding.RENT_NOT_KNOWN: gettext_lazy("rent, charges or price to be asked"),
    Finding.RENT_OVER: gettext_lazy("over the budget"),
    Finding.PLACE_WISHED: gettext_lazy("where it is wished"),
    Finding.PLACE_NEAR: gettext_lazy("near where it is wished"),
    Finding.PLACE_NOT_KNOWN: gettext_lazy("place to be asked"),
    Finding.PLACE_OTHER: gettext_lazy("elsewhere"),
    Finding.FREE_THEN: gettext_lazy("free when it is wished"),
    Finding.FREE_FOR_A_TIME: gettext_lazy("free when it is wished, for a time only"),
    Finding.FREE_NOT_KNOWN: gettext_lazy("day on which it is free to be asked"),
    Finding.FREE_SOON_AFTER: gettext_lazy("free within the month after"),
    Finding.NOT_FREE: gettext_lazy("not free then"),
    Finding.ALL_EQUIPPED: gettext_lazy("all that is asked for is there"),
    Finding.EQUIPMENT_TO_ASK: gettext_lazy("some equipment to be asked about"),
    Finding.EQUIPMENT_MISSING: gettext_lazy("some equipment is missing"),
    Finding.USE_FORESEEN: gettext_lazy("foreseen for this use"),
    Finding.USE_NOT_KNOWN: gettext_lazy("use to be asked about"),
    Finding.USE_NOT_FORESEEN: gettext_lazy("not foreseen for this use"),
}
LIMITS: Mapping[Limit, str | Promise] = {
    Limit.USE: pgettext_lazy("limit", "use"),
    Limit.KIND: gettext_lazy("kind of premises"),
    Limit.SURFACE: gettext_lazy("surface"),
    Limit.RENT: gettext_lazy("rent and charges"),
    Limit.PRICE: gettext_lazy("price"),
    Limit.COST: gettext_lazy("rent or price"),
    Limit.HEIGHT: gettext_lazy("height"),
    Limit.POWER: gettext_lazy("electric power"),
    Limit.GROUND_FLOOR: gettext_lazy("street level"),
    Limit.ACCESSIBLE: gettext_lazy("access with reduced mobility"),
    Limit.DELIVERY: gettext_lazy("deliveries"),
    Limit.EXTRACTION: gettext_lazy("extraction duct"),
    Limit.WATER: pgettext_lazy("limit", "water"),
    Limit.THREE_PHASE: gettext_lazy("three-phase electricity"),
    Limit.SHOP_WINDOW: pgettext_lazy("limit", "shop window"),
    Limit.ERP: gettext_lazy("class of building open to the public (ERP)"),
    Limit.HOURS: gettext_lazy("opening hours"),
    Limit.DATES: gettext_lazy("dates"),
    Limit.PLACE: pgettext_lazy("premises", "place"),
}
_WORKS: Mapping[Limit, str | Promise] = {
    Limit.ACCESSIBLE: gettext_lazy("it could be made accessible: works to ask of the owner"),
    Limit.DELIVERY: gettext_lazy("no van can deliver: see with the town about a delivery bay"),
    Limit.EXTRACTION: gettext_lazy("extraction could be fitted: works to ask of the owner"),
    Limit.WATER: gettext_lazy("water could be brought in: works to ask of the owner"),
    Limit.SHOP_WINDOW: gettext_lazy("a window could be opened: works to ask of the owner"),
}
_PLAIN: Mapping[Means, str | Promise] = {
    Means.OTHER_CLASS: gettext_lazy("another class of building open to the public: to ask of the town"),
    Means.OTHER_HOURS: gettext_lazy("other opening hours: to ask of the owner"),
    Means.OTHER_USE: gettext_lazy("this use is not foreseen: to ask of the owner"),
    Means.OTHER_KIND: gettext_lazy("another kind of premises than those accepted: to be considered"),
}


def _tenths(amount: int) -> str:
    """An amount kept in tenths, as it is read."""
    return number_format(amount / 10, 0 if amount % 10 == 0 else 1, use_l10n=True, force_grouping=True)


def _euros(cents: int) -> str:
    whole = -(-cents // 100)
    return number_format(whole, 0, use_l10n=True, force_grouping=True)


def in_words(repair: Repair) -> str:
    """What is to be done for a limit to be met."""
    if repair.means is Means.WORKS:
        return str(_WORKS[repair.limit])
    if repair.means in _PLAIN:
        return str(_PLAIN[repair.means])
    if repair.means in (Means.JOIN, Means.TAKE_LESS, Means.DIVIDE):
        return _surface(repair)
    if repair.means in (Means.WAIT, Means.STAY_LONGER):
        return _dates(repair)
    if repair.means is Means.LOWER_COST:
        return _cost(repair)
    if repair.means is Means.MORE_POWER:
        if not repair.amount:
            return _("three-phase electricity could be asked of the grid operator")
        return _("%(kva)s kVA short: more power could be asked of the grid operator") % {
            "kva": _tenths(repair.amount)
        }
    if repair.means is Means.OTHER_PLACE:
        return _elsewhere(repair)
    if repair.limit is Limit.HEIGHT:
        metres = number_format(repair.amount / 100, 2, use_l10n=True)
        return _("%(metres)s m too low under the ceiling, which cannot be changed") % {"metres": metres}
    return _("not at street level, which cannot be changed")


def _surface(repair: Repair) -> str:
    figures = {"short": _tenths(abs(repair.amount))}
    if repair.means is Means.TAKE_LESS:
        return _("%(short)s m² short: to be considered") % figures
    if repair.means is Means.DIVIDE:
        return _("%(short)s m² too many: ask the owner to let a part of it") % figures
    figures["next"] = _tenths(repair.neighbour.surface if repair.neighbour else 0)
    return _("%(short)s m² short: the unit next to it (%(next)s m²) is vacant or about to be") % figures


def _dates(repair: Repair) -> str:
    if repair.means is Means.STAY_LONGER:
        return _("it is let for too short a time: ask the owner for longer")
    weeks = -(-repair.amount // 7)
    return ngettext("free %(weeks)d week later", "free %(weeks)d weeks later", weeks) % {"weeks": weeks}


def _cost(repair: Repair) -> str:
    figures = {"over": _euros(repair.amount)}
    if repair.limit is Limit.PRICE:
        return _("price %(over)s € above: ask the owner") % figures
    if repair.limit is Limit.COST:
        return _("%(over)s € above the budget: ask the owner") % figures
    return _("rent %(over)s € a month above: ask the owner") % figures


def _elsewhere(repair: Repair) -> str:
    if not repair.amount:
        return _("outside the neighbourhood asked for")
    metres = number_format(repair.amount, 0, use_l10n=True, force_grouping=True)
    return _("%(metres)s m farther than asked for") % {"metres": metres}
