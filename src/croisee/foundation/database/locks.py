"""Names that one transaction at a time holds: for what no row could be locked for."""

from collections.abc import Iterable

from django.db import connection


def hold(names: Iterable[str]) -> None:
    """Wait for any other transaction that holds one of these names; hold them to the end of this one.

    They are taken in the order of the alphabet: two that want the same names never wait for each other for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name",
            [sorted(set(names))],
        )
