"""Travel times in words, and what they rest on."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from croisee.foundation.dates import in_words
from croisee.territory.travel.modes import Mode
from croisee.territory.travel.network import Basis


def duration(minutes: int) -> str:
    """“25 min”, “1 h 05”; empty for a place that is not reached."""
    if minutes < 0:
        return ""
    hours, rest = divmod(minutes, 60)
    return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest} if hours else _("%d min") % rest


def far(metres: float) -> str:
    """A distance in words: “650 m”, “2.4 km”."""
    if metres < 1000:
        return _("%d m") % (50 * round(metres / 50))
    return _("%s km") % number_format(metres / 1000, decimal_pos=1)


def clock(seconds: int) -> str:
    """The time of day, “8:05” or “8 h 05”, of seconds from the start of a day."""
    hours, minutes = divmod(seconds // 60, 60)
    return _("%(hours)d:%(minutes)02d") % {"hours": hours % 24, "minutes": minutes}


def travels(mode: Mode, minutes: int, *, about: bool = False) -> str:
    """“25 min by public transport”, “about 25 min …” for an estimate, “not reached in time by public transport”."""
    if minutes < 0:
        return {
            Mode.TRANSIT: _("not reached in time by public transport"),
            Mode.BICYCLE: _("too far by bicycle"),
            Mode.FOOT: _("too far on foot"),
        }[mode]
    said = {
        Mode.TRANSIT: _("%(time)s by public transport"),
        Mode.BICYCLE: _("%(time)s by bicycle"),
        Mode.FOOT: _("%(time)s on foot"),
    }[mode]
    time = _("about %s") % duration(minutes) if about else duration(minutes)
    return said % {"time": time}


def rests_on(basis: Basis) -> str:
    """What travel times rest on, as sentences for whoever reads them."""
    if basis.is_estimate:
        return _(
            "No timetable is loaded: times by public transport are estimated from the distance as the crow flies."
        )
    if basis.on is None:
        speed = _("By bicycle at 15 km/h") if basis.mode == Mode.BICYCLE else _("On foot at 4.5 km/h")
        way = _("along the streets") if basis.along_streets else _("as the crow flies, with the usual detour")
        return _("%(speed)s, %(way)s.") % {"speed": speed, "way": way}
    text = _(
        "From door to door to be there at 8:45, by the timetable of %(day)s: half of the departures take no longer."
    ) % {"day": in_words(basis.on, "l j F Y")}
    if basis.expired:
        # Said apart: sentences within an f-string are not found by those who translate.
        ended = _("This timetable has ended: times may have changed.")
        return f"{text} {ended}"
    if basis.lacking:
        lacking = get_text_list(list(basis.lacking), _("and"))
        without = _("Without the vehicles of %(agencies)s, whose timetable does not hold today.")
        return f"{text} {without % {'agencies': lacking}}"
    return text
