"""What goes to the standard error stream: enough to find a fault, never what someone typed or who it was.

The message of an exception may quote a person's data, an address may hold a sign-in link, and other libraries put
either in theirs. So a line has the kind of error, where in the code, and the reference of the request.
"""

import logging
import traceback
from types import TracebackType
from typing import Any

OURS = "croisee"


class DiscreetFormatter(logging.Formatter):
    """Time, level, logger, what happened and where, on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of `record`: our own messages as they are, of any other only where it comes from."""
        said = record.getMessage() if record.name.split(".")[0] == OURS else ""
        parts = [self.formatTime(record), record.levelname, record.name, said, *_failure(record)]
        request = getattr(record, "request", None)
        if (reference := getattr(request, "reference", None)) is not None:
            match = getattr(request, "resolver_match", None)
            parts.append(f"view {match.view_name if match else '?'} request {reference}")
        return " ".join(" ".join(part.split()) for part in parts if part)


def _failure(record: logging.LogRecord) -> list[str]:
    """The class of the exception and the way to it, innermost last; without one, where the line was logged."""
    kind, error, trace = record.exc_info or (None, None, None)
    if kind is None or error is None:
        return [] if record.name.split(".")[0] == OURS else [f"at {record.module}:{record.lineno}"]
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    kinds = " from ".join(f"{type(one).__module__}.{type(one).__qualname__}" for one in chain)
    return [kinds, f"at {_way(trace)}"]


def _way(trace: TracebackType | None) -> str:
    """Files and lines of the last frames, ours and libraries'."""
    frames = traceback.extract_tb(trace)[-6:]
    return " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames)


def configuration() -> dict[str, Any]:
    """Django's LOGGING: warnings and errors to the standard error stream, whether or not it is a debugging run."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"discreet": {"()": f"{__name__}.DiscreetFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "discreet"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            # A page that does not exist is no fault of ours.
            "django.request": {"level": "ERROR"},
        },
    }
