"""Why an offer was not taken, in words, with what to do about it."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Codes of ours are in lower case; those of the platform are as it writes them.
REMEDIES: "dict[str, StrOrPromise]" = {
    "title": gettext_lazy("Ask the employer for a title of 150 characters at most."),
    "description": gettext_lazy("Ask the employer to describe the internship in 10 to 1500 characters."),
    "employer_name": gettext_lazy("Shorten the name of the organisation to 150 characters."),
    "coordinates": gettext_lazy("Place the offer on the map: choose its address among those suggested."),
    "postcode": gettext_lazy("Complete the address of the offer: five-digit postcode and town."),
    "sector": gettext_lazy("Match this sector on the page of sectors, then exchange again."),
    "permalink": gettext_lazy(
        "The platform refuses addresses with “test” or “staging”, or longer than 200 characters: set the public "
        "address of this site (CROISEE_SITE_URL)."
    ),
    "weeks_dropped": gettext_lazy(
        "The platform left these weeks out without a word: it does not know them. Write to it, or change the weeks."
    ),
    "not_listed_there": gettext_lazy(
        "The platform holds an offer with this identifier that it does not show any more. Write to its support."
    ),
    "incomplete": gettext_lazy("The platform's offer lacks what we need: nothing to do, it is left out."),
    "unknown_sector": gettext_lazy("Match this sector on the page of sectors, then exchange again."),
    "UNAUTHORIZED": gettext_lazy("Check NATIONAL_API_EMAIL and NATIONAL_API_PASSWORD with the platform."),
    "FORBIDDEN": gettext_lazy("Ask the platform to open this right to the account."),
    "VALIDATION_ERROR": gettext_lazy("Correct the field that the message names, then exchange again."),
    "BAD_ARGUMENT": gettext_lazy("Correct the field that the message names, then exchange again."),
    "WRONG_PARAMS": gettext_lazy("Correct the field that the message names, then exchange again."),
    "NOT_FOUND": gettext_lazy("The offer is not there any more: it is sent anew at the next exchange."),
    "TOO_MANY_REQUESTS": gettext_lazy("Wait a few minutes, then exchange again."),
}


def remedy(code: str) -> str:
    """What to do about a refusal of this code."""
    return str(REMEDIES.get(code) or _("Read the message, and write to the platform's support if it stays."))
