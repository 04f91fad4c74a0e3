"""The course of an import: every record of a file is kept or refused, in one transaction."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from croisee.clauses.decp.checking import checked, identifier
from croisee.clauses.decp.contracts import Refused
from croisee.clauses.decp.counts import Counts, by_consideration
from croisee.clauses.decp.reading import read_records
from croisee.clauses.decp.storing import Store
from croisee.foundation.database.locks import hold


def import_decp(
    path: Path,
    *,
    file: str = "",
    today: dt.date | None = None,
    advance: Callable[[int], None] = lambda size: None,
    afterwards: Callable[[Counts, Store], None] = lambda counts, store: None,
) -> Counts:
    """Import a DECP file known as `file`, all of it or nothing; another import waits for its end.

    `advance` hears how many bytes have been read. `afterwards` is called before the end of the transaction, with the
    counts and the refusals; what it raises undoes the import. Raises FaultyInput for a file that cannot be read to its
    end.
    """
    day = today or timezone.localdate()
    noted: Counter[str] = Counter()
    read = 0
    with transaction.atomic():
        hold(["clauses:decp"])
        store = Store()
        for record in read_records(path, file or path.name, advance):
            read += 1
            try:
                contract = checked(record, day)
            except Refused as refused:
                store.refuse(record.position, identifier(record), str(refused))
            else:
                noted.update(key_fails=contract.buyer_key_fails, unknown=contract.unknown_consideration)
                store.keep(record.position, contract)
        merged = store.merge()
        counts = Counts(
            read=read,
            kept=store.kept(),
            added=merged.added,
            changed=merged.changed,
            same=merged.same,
            older=merged.older,
            buyers_whose_key_fails=noted["key_fails"],
            unknown_considerations=noted["unknown"],
            considerations=by_consideration(store.considerations()),
        )
        afterwards(counts, store)
    return counts
