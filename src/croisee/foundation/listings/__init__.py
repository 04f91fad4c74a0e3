"""Tables of a page: sorted, filtered, cut into pages and exported, from one description of their columns.

    listing = Listing(request, Commune.objects.all(), name="communes", columns=[Column("name", _("Name"))])
    if listing.wants_export:
        return listing.export()
    return render(request, "...", {"listing": listing})

`{% include "partials/listing.html" with caption=... %}` draws it.
"""

from croisee.foundation.listings.columns import Column, Where, shown_text
from croisee.foundation.listings.listing import Listing

__all__ = ["Column", "Listing", "Where", "shown_text"]
