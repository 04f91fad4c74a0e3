"""Who changed what, and who read whose file: written by the database, read by administrators, kept as is."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from croisee.foundation.audit.tracking import audited as audited


def __getattr__(name: str) -> Any:
    """`audited`, loaded late: Django imports this package before models may be."""
    if name != "audited":
        raise AttributeError(name)
    from croisee.foundation.audit.tracking import audited

    return audited
