"""Lifecycles declared as data: who moves what from which state to which, with its log."""

from croisee.foundation.lifecycles.declaration import Lifecycle, Transition

__all__ = ["Lifecycle", "Transition"]
