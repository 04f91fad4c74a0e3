"""JSON lists of objects, plain or gzip, as the administrative divisions are published."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from croisee.foundation.tables import Fault, FaultyInput

GZIP = b"\x1f\x8b"


def read_records(
    path: Path, source: str, advance: Callable[[int], None] = lambda size: None
) -> list[dict[str, Any]]:
    """The objects of a JSON list. Raises FaultyInput when the file is not one, or is cut short."""
    try:
        data = path.read_bytes()
        advance(len(data))
        if data.startswith(GZIP):
            data = gzip.decompress(data)
        found = json.loads(data)
    except (OSError, EOFError, ValueError) as error:
        problem = _("the file is not complete JSON (%(reason)s).") % {"reason": str(error)[:200]}
        raise FaultyInput([Fault(source, None, None, problem, _("Download it again."))]) from error
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        problem = _("the file is not a list of objects.")
        raise FaultyInput(
            [Fault(source, None, None, problem, _("Check that it is the file that was meant."))]
        )
    return found
