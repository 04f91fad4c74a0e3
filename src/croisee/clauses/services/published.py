"""Published contracts imported on screen: a file is kept until it is read in the background."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from croisee.clauses.decp.importing import import_decp
from croisee.clauses.models import DecpImport
from croisee.foundation.progress.services import background, start
from croisee.foundation.progress.tracking import Tracker, WorkRefused
from croisee.foundation.tables import FaultyInput, fault_lines

if TYPE_CHECKING:
    from django.core.files import File

    from croisee.clauses.decp.counts import Counts
    from croisee.clauses.decp.storing import Store
    from croisee.foundation.accounts.models import Account
    from croisee.foundation.progress.models import Progress

KEPT = 20
"""How many imports are remembered with what they refused."""


def start_import(account: Account, file: File[Any]) -> Progress:
    """Keep the file and have it read in the background; imports wait for each other."""
    with transaction.atomic():
        one = DecpImport.objects.create(name=(file.name or "decp.json")[:200], file=file)
        title = _("Published contracts: %(file)s") % {"file": one.name}
        return start(import_work, account, title, decp_import=str(one.pk))


@background
def import_work(tracker: Tracker, decp_import: str) -> str:
    """The import as background work."""
    one = DecpImport.objects.get(pk=decp_import)
    if not one.file:
        raise WorkRefused(_("This file was already read. Send it again to read it once more."))
    path = Path(one.file.path)
    size = path.stat().st_size
    step = _("Contracts read and checked")

    def afterwards(counts: Counts, store: Store) -> None:
        store.keep_refusals(one)
        one.counts = counts.as_json()
        one.save(update_fields=["counts", "updated_at"])

    try:
        import_decp(
            path,
            file=one.name,
            advance=lambda done: tracker.advance(done, total=size, message=step),
            afterwards=afterwards,
        )
    except FaultyInput as refused:
        raise WorkRefused("\n".join(fault_lines(refused.faults))) from None
    one.file.delete()
    _forget_old_ones()
    return one.get_absolute_url()


def _forget_old_ones() -> None:
    """Take away imports beyond the newest ones, with their refusals and a file that was never read."""
    for one in DecpImport.objects.order_by("-created_at")[KEPT:]:
        one.file.delete(save=False)
        one.delete()
