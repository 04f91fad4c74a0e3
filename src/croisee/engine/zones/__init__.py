"""Which zones hold each point, which are at most a band's width away, and how far the nearest limit is."""

from croisee.engine.zones.geometry import repair
from croisee.engine.zones.index import Index
from croisee.engine.zones.plane import Hits

__all__ = ["Hits", "Index", "repair"]
