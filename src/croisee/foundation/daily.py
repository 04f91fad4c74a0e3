"""What `croisee due` does each day: each service announces its part here, from its `apps.py`."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise

Work = Callable[[datetime], int]
_WORK: dict[str, Work] = {}
_LABELS: dict[str, str | Promise] = {}


def register(name: str, label: str | Promise, work: Work) -> None:
    """Have `work(now)` done each day; it returns how many things it did, told as `label`. Doing it twice is safe."""
    _WORK[name] = work
    _LABELS[name] = label


def label(name: str) -> str:
    """What the work announced under `name` counts, in the reader's language."""
    return str(_LABELS[name])


def due(now: datetime | None = None) -> dict[str, int]:
    """Do everything that is due at `now` (aware; the present by default), in order of names; how many of each.

    What fails keeps nothing else from being done: an ExceptionGroup, raised at the end, tells all that did.
    """
    moment = now or timezone.now()
    done: dict[str, int] = {}
    failed: list[Exception] = []
    for name in sorted(_WORK):
        try:
            done[name] = _WORK[name](moment)
        except Exception as error:
            error.add_note(label(name))
            failed.append(error)
    if failed:
        raise ExceptionGroup("croisee due", failed)
    return done
