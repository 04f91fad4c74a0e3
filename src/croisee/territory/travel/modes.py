"""How people get about, and the figures that travel times rest on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from croisee.engine.transit.walking import Pace


class Mode(models.TextChoices):
    """How one goes."""

    TRANSIT = "transit", _("by public transport")
    BICYCLE = "bicycle", _("by bicycle")
    FOOT = "foot", _("on foot")


ARRIVE_BY = 8 * 3600 + 45 * 60
"""When to be there, seconds of the day: shortly before collèges, training and most internships begin."""

DEPARTURES = 120
"""Departures each minute up to then: those that arrive in time count."""

LONGEST_WALK = 20 * 60
"""Of one leg, seconds; twice that all the way on foot, when no vehicle is taken."""

LONGEST = 120
"""Minutes beyond which no journey is looked for."""

WALKING = Pace()

CYCLING = Pace(speed=15 / 3.6)
"""15 km/h, the usual speed of people who ride in a town, crossings included."""

USUAL_M_PER_MIN = 250.0
"""Metres a minute from door to door by public transport, as the crow flies, where no timetable is loaded: 15 km/h,
walking and waiting included. In force from September 2026."""
