"""What apps do when the server of a recipient refuses an e-mail for good."""

import logging
from collections.abc import Callable

from django.db import transaction

Listener = Callable[[str], object]

logger = logging.getLogger("croisee.notices")
_listeners: list[Listener] = []


def on_bounce(listener: Listener) -> Listener:
    """Call `listener(address)` each time an e-mail to an address comes back; usable as a decorator."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell(address: str) -> None:
    """Tell every listener, in the order of registration, each in a transaction of its own.

    What one raises is written to the log: it keeps neither the others from being told nor e-mails from leaving.
    """
    for listener in _listeners:
        try:
            with transaction.atomic():
                listener(address)
        except Exception:
            logger.exception("a listener to e-mails that came back failed")
