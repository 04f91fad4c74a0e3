"""Files that people send as proofs: what their bytes say that they are, and small enough."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LARGEST = 5 * 1024 * 1024
ACCEPTED = ".pdf,.jpg,.jpeg,.png"
# What the first bytes of a file say that it is.
MARKS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


def checked(upload: Any, largest: int = LARGEST) -> Any:
    """An uploaded proof, named for what it is rather than as it was sent; None without one.

    Raises ValidationError for a file that is larger than 5 MB, empty, or neither PDF nor JPEG nor PNG.
    """
    if not upload:
        return None
    if upload.size > largest:
        raise ValidationError(_("This file is larger than 5 MB: scan it with fewer details."))
    start = upload.read(8)
    upload.seek(0)
    kind = next((kind for mark, kind in MARKS.items() if start.startswith(mark)), None)
    if kind is None:
        raise ValidationError(_("This file is neither PDF nor JPEG nor PNG."))
    upload.name = f"proof.{kind}"
    return upload
