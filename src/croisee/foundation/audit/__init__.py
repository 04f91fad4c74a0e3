"""Who changed what, and who read whose file: written by the database, open to administrators, never rewritten."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from croisee.foundation.audit.tracking import audited as audited


def __getattr__(name: str) -> Any:
    """`from croisee.foundation.audit import audited`, loaded late: Django imports this package before its models."""
    if name != "audited":
        raise AttributeError(name)
    from croisee.foundation.audit.tracking import audited

    return audited
