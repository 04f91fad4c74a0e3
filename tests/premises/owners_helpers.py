"""An owner's spreadsheet, sent as the pages send it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.files.uploadedfile import SimpleUploadedFile

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.imports import services
from croisee.foundation.imports.models import ImportDraft
from croisee.foundation.notices.models import Ledger, State
from croisee.foundation.notices.services import deliver
from croisee.premises.ownerlists.columns import SLOT
from croisee.premises.ownerlists.kind import KIND

HEADINGS = ("Code UG", "Désignation", "Nature", "Adresse", "CP", "Commune", "Surface (m²)", "Loyer", "Statut")
MAPPING = {
    "reference": "Code UG",
    "nom": "Désignation",
    "type": "Nature",
    "adresse": "Adresse",
    "code_postal": "CP",
    "ville": "Commune",
    "surface": "Surface (m²)",
    "loyer": "Loyer",
    "etat": "Statut",
}
WORDS: dict[str, Mapping[str, str]] = {"type": {}, "etat": {}}


def upload(*rows: Sequence[str], headings: Sequence[str] = HEADINGS) -> SimpleUploadedFile:
    """A file of the owner's tool, as a French spreadsheet writes CSV."""
    lines = "\r\n".join(";".join(cells) for cells in (headings, *rows))
    return SimpleUploadedFile("patrimoine.csv", lines.encode("latin-1"))


def sent(owner: Organisation, account: Account, *rows: Sequence[str]) -> ImportDraft:
    """A list sent, with its columns explained."""
    draft = services.begin(KIND.name, {SLOT: upload(*rows)}, account, str(owner.pk))
    services.map_columns(draft.files.get(), MAPPING, WORDS)
    return draft


def taken(
    owner: Organisation, account: Account, *rows: Sequence[str], keep_valid: bool = False
) -> ImportDraft:
    """A list sent and taken in."""
    draft = sent(owner, account, *rows)
    services.apply(draft, account, keep_valid=keep_valid)
    draft.refresh_from_db()
    return draft


def deliver_all() -> None:
    """Send every e-mail that is owed, as the worker does."""
    for row in Ledger.objects.filter(state=State.WAITING).order_by("pk"):
        deliver.call(str(row.pk))
