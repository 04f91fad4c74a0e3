"""What running work holds: it says how far it is, outside its transaction, and learns of a cancellation."""

import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

SECONDS_BETWEEN_WRITES = 0.4


class Cancelled(Exception):  # noqa: N818  reads as the sentence it is
    """Someone asked to stop; raised in the work by `advance`, it undoes the work's open transaction."""


class WorkRefused(Exception):  # noqa: N818  reads as the sentence it is
    """Raised by work that cannot be done, with a sentence for its starter (no personal data)."""


def lock_number(progress_id: UUID) -> int:
    """The number of the advisory lock that the worker holds during this work (63 bits of the identifier)."""
    return progress_id.int >> 65


class Tracker:
    """Writes the progress of one piece of work through a connection of its own, outside its transaction.

    That connection holds an advisory lock as long as the worker lives: a running row whose lock is free was
    interrupted, however the worker died.
    """

    def __init__(self, progress_id: UUID, clock: Callable[[], float] = time.monotonic) -> None:
        self.progress_id = progress_id
        self._clock = clock
        self._written_at = float("-inf")
        self._message = ""
        self._connection: BaseDatabaseWrapper = connection.copy()

    def __enter__(self) -> Self:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [lock_number(self.progress_id)])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Closing ends the session, and with it the lock.
        with suppress(DatabaseError):
            self._connection.close()

    def advance(self, done: int, total: int | None = None, message: str = "") -> None:
        """Say that `done` units out of `total` are done; `message` names the step, without personal data.

        Cheap to call for every row: it writes at most each 0.4 s, and when the step changes. Raises Cancelled
        when someone asked to stop.
        """
        now = self._clock()
        if message in {"", self._message} and now - self._written_at < SECONDS_BETWEEN_WRITES:
            return
        self._written_at, self._message = now, message or self._message
        with self._connection.cursor() as cursor:
            cursor.execute(
                "UPDATE progress_progress SET done = %s, total = COALESCE(%s, total), message = %s,"
                " updated_at = now() WHERE id = %s AND state = 'running' RETURNING cancel_requested",
                [done, total, self._message[:200], self.progress_id],
            )
            row = cursor.fetchone()
        if row and row[0]:
            raise Cancelled
