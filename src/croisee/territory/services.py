"""What is done to the territory: loading its official data, and answering about an address with a proof."""

from collections.abc import Callable, Iterator, Sequence

from django.utils.translation import gettext as _

from croisee.foundation.identifiers import InvalidIdentifier, siren
from croisee.foundation.tables import Fault, FaultyInput
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
