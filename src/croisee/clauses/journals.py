"""The journal as a part of a page: of a contract, of a company, of a participant. For facilitateurs alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from croisee.clauses.forms.follow_up import ContactForm
from croisee.clauses.models import Commitment, Contract, Participant
from croisee.clauses.models.readers import is_facilitateur
from croisee.clauses.queries import follow_up as queries
from croisee.clauses.queries.follow_up import KINDS, Entry
from croisee.foundation.listings import Column, Listing

if TYPE_CHECKING:
    from django.http import HttpRequest

    from croisee.foundation.accounts.models import Account


def journal(
    request: HttpRequest,
    account: Account,
    subject: Contract | Commitment | Participant,
    rows: Sequence[Any] = (),
) -> dict[str, Any]:
    """What `clauses/follow_up/_journal.html` needs to show everything noted and sent about `subject`.

    `rows`: the lots of a contract, the penalties of a commitment, which the page has read already. Empty for who is no
    facilitateur: what is written of companies and people is theirs alone.
    """
    if not is_facilitateur(account):
        return {}
    if isinstance(subject, Contract):
        entries, kind = queries.of_contract(subject, rows), "contract"
    elif isinstance(subject, Commitment):
        entries, kind = queries.of_commitment(subject, rows), "commitment"
    else:
        entries, kind = queries.of_participant(subject), "participant"
    used = {entry.kind for entry in entries}
    return {
        "journal": Listing(
            request,
            entries,
            name="journal",
            prefix="j-",
            columns=_columns(about=kind == "contract"),
            search=["text", "about", "with_whom", "by"],
            choices={"kind": (_("How"), [one for one in KINDS if one[0] in used])},
            per_page=20,
            empty_title=_("Nothing noted yet"),
            empty_text=_(
                "Note calls, meetings and visits here: whoever follows this after you finds them in seconds."
            ),
        ),
        "journal_form": ContactForm(),
        "journal_url": reverse("clauses:note_contact", args=[kind, subject.pk]),
        "journal_waiting": [entry for entry in entries if entry.next_on],
    }


def _columns(*, about: bool) -> list[Column]:
    columns = [
        Column("at", _("When"), sort="at", link=_page),
        Column("kind", _("How"), lambda entry: entry.kind_label, badge=lambda entry: entry.tone or "quiet"),
        Column("text", _("What was said")),
        Column("with_whom", _("With")),
        Column("by", _("By")),
    ]
    if about:
        columns.insert(2, Column("about", _("About"), link=lambda entry: entry.url or None))
    return columns


def _page(entry: Entry) -> str | None:
    return reverse("clauses:contact", args=[entry.log.pk]) if entry.log else None
