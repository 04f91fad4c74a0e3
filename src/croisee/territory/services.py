"""What is done to the territory: loading its official data, and answering about an address with a proof."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from croisee.foundation.documents.models import IssuedDocument
from croisee.foundation.documents.services import issue
from croisee.foundation.identifiers import InvalidIdentifier, siren
from croisee.foundation.tables import Fault, FaultyInput
from croisee.territory.answers import AddressAnswer, Verdict, answer_address
from croisee.territory.loaders import recognition, sources
from croisee.territory.loaders.loading import (
    Format,
    Outcome,
    Peek,
    Result,
    load_file,
    only_one_load,
    reports_dir,
)

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

__all__ = ["PROOF", "answer_address", "issue_proof", "load_territory"]

Downloading = Callable[[int, int | None], None]
Advance = Callable[[int], None]


def load_territory(
    epci: str,
    places: Sequence[str],
    *,
    only: Sequence[str] = (),
    downloading: Downloading = lambda done, total: None,
    starting: Callable[[Peek, Format], Advance] = lambda peek, form: lambda size: None,
) -> Iterator[Result]:
    """Load what concerns one EPCI out of files, folders and URLs; one result a file, or a layer of it, as they come.

    `only` names the kinds to load (all when empty). `downloading` hears the bytes of downloads; `starting` is told
    of each file about to be loaded and returns what hears the bytes read of it. Each data set is one transaction.
    Raises FaultyInput for an EPCI code or a place that is none, LoadRunning when another load is under way.
    """
    try:
        code = siren(epci)
    except InvalidIdentifier as error:
        remedy = _("An EPCI is known by its SIREN, 9 figures: 243500139 for Rennes Métropole.")
        raise FaultyInput(
            [Fault("--epci", None, None, _("“%(epci)s” is no code of an EPCI.") % {"epci": epci}, remedy)]
        ) from error
    found: list[tuple[Peek, Format]] = []
    with only_one_load():
        for place in places:
            for file in sources.files_of(place, progress=downloading):
                try:
                    for peek, form in recognition.recognised(file.path, file.name):
                        if form is None:
                            yield Result(file.name, peek.layer, None, Outcome.UNRECOGNISED)
                        elif not only or form.kind in only:
                            found.append((peek, form))
                except FaultyInput as error:
                    yield Result(file.name, "", None, Outcome.REFUSED, faults=error.faults)
        for peek, form in sorted(found, key=recognition.loading_order):
            yield load_file(peek, form, code, advance=starting(peek, form), reports=reports_dir())


PROOF = "territory.address"


def issue_proof(answer: AddressAnswer, account: "Account | None") -> IssuedDocument:
    """A PDF that proves what was answered about an address, on the day it was; its bytes are in `pdf`.

    Only the answer, the delimitation and the day are kept for whoever verifies it: neither the address nor the
    neighbourhood, which would say where someone lives.
    """
    verdict = answer.verdict
    facts = [
        (_("Address"), answer.place.label),
        (_("Location"), answer.place.position.label),
        (_("Delimitation"), _delimitation(verdict)),
        (_("Tested on"), date_format(answer.tested_on, "DATE_FORMAT")),
    ]
    if verdict.zone_code:
        facts.insert(1, (_("Priority neighbourhood"), f"{verdict.zone_name} ({verdict.zone_code})"))
    facts += [
        (_("At most %(width)d m from a neighbourhood") % {"width": band.width}, band.answer.label)
        for band in verdict.bands
    ]
    data = {
        "title": _("Address and priority neighbourhood"),
        "answer": verdict.answer.label,
        "sentence": _("Is this address in a priority neighbourhood (QPV)?"),
        "facts": facts,
        "reason_heading": _("Why"),
        "reason": verdict.reason,
        "notes": answer.notes,
        "scope": _("This document says where an address lies on that day. It gives no right by itself."),
        "generation": str(verdict.generation),
        "tested_on": date_format(answer.tested_on, "DATE_FORMAT"),
    }
    return issue(PROOF, "territory/address.typ", data, account)


def _delimitation(verdict: Verdict) -> str:
    start = date_format(verdict.valid_from, "DATE_FORMAT")
    if verdict.valid_to is None:
        return _("%(generation)d, in force since %(start)s") % {
            "generation": verdict.generation,
            "start": start,
        }
    end = date_format(verdict.valid_to, "DATE_FORMAT")
    return _("%(generation)d, in force from %(start)s to %(end)s") % {
        "generation": verdict.generation,
        "start": start,
        "end": end,
    }
