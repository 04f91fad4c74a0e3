"""A long import, applied in the background with its progress shown."""

from django.utils.translation import gettext as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit import services as audit
from croisee.foundation.imports import services
from croisee.foundation.imports.models import ImportDraft
from croisee.foundation.imports.pages import progress_key
from croisee.foundation.progress import services as progress
from croisee.foundation.progress.models import Progress
from croisee.foundation.progress.tracking import Tracker, WorkRefused
from croisee.foundation.tables import FaultyInput


def start(draft: ImportDraft, account: Account, *, keep_valid: bool) -> Progress:
    """Have a draft applied in the background for `account`; once, whatever the clicks."""
    return progress.start(
        run, account, str(draft), key=progress_key(draft), draft=str(draft.pk), keep_valid=keep_valid
    )


@progress.background
def run(tracker: Tracker, draft: str, keep_valid: bool) -> str | None:
    """Apply the draft; WorkRefused when something is wrong that may not be left out, or the right was lost."""
    row = ImportDraft.objects.select_related("account").get(pk=draft)
    with audit.acting(row.account, "imports:apply"):
        try:
            url = services.apply(row, row.account, keep_valid=keep_valid, advance=tracker.advance)
        except FaultyInput as refused:
            # Faults quote cells: those are for the page of the import alone.
            problem = _(
                "Something is wrong in the file, or was changed meanwhile: open the import to see what."
            )
            raise WorkRefused(problem) from refused
        except PermissionError:
            raise WorkRefused(_("Your role does not allow this import any more.")) from None
    return url or row.get_absolute_url()
