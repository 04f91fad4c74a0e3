"""What `croisee stages due` does each day: each subject announces its part here, in `announced/<subject>.py`."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

Work = Callable[[datetime], int]
_WORK: dict[str, Work] = {}


def register(name: str, work: Work) -> None:
    """Have `work(now)` done each day; it returns how many things it did, told under `name`. Doing it twice is safe."""
    _WORK[name] = work


def due(now: datetime | None = None) -> dict[str, int]:
    """Do everything that is due at `now` (aware; the present by default), in order of names; how many of each."""
    moment = now or timezone.now()
    return {name: _WORK[name](moment) for name in sorted(_WORK)}
