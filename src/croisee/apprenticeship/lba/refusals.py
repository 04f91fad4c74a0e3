"""Why an offer was not taken, and what to do about it: by field, else by code."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BY_FIELD: "dict[str, StrOrPromise]" = {
    "offer.title": gettext_lazy("Give the offer a title of three characters or more."),
    "offer.description": gettext_lazy("Describe the apprenticeship in thirty characters or more."),
    "offer.rome_codes": gettext_lazy("Choose the jobs again among those suggested; some are blocked there."),
    "apply": gettext_lazy("Give an e-mail address, a telephone or a page to apply to."),
    "workplace.siret": gettext_lazy(
        "Complete the SIRET number of the company; one that INSEE does not make public is not accepted there."
    ),
    "offer.publication.creation": gettext_lazy("The clock of this server is ahead: have it set."),
    "offer.publication.expiration": gettext_lazy("Extend the offer."),
    "contract.start": gettext_lazy("Look at the first day of the contract."),
    "apply.url": gettext_lazy("Nothing to do: an offer without a page to apply on is left out."),
    "identifier.id": gettext_lazy("Nothing to do: the offer is left out."),
    "workplace.name": gettext_lazy("Nothing to do: an offer without the name of a company is left out."),
}
BY_CODE: "dict[str, StrOrPromise]" = {
    "HTTP_401": gettext_lazy("Have the token renewed (CROISEE_LBA_TOKEN)."),
    "HTTP_403": gettext_lazy("Ask La bonne alternance to open this right to the token."),
    "HTTP_404": gettext_lazy("The offer is not there any more: it is sent anew at the next exchange."),
    "HTTP_429": gettext_lazy("Wait a few minutes, then exchange again."),
}


def remedy(field: str, code: str) -> str:
    """What to do about a refusal."""
    found = BY_FIELD.get(field) or BY_CODE.get(code)
    return str(found or _("Read the message, correct the offer, then exchange again."))
