"""What every template knows of the site: its name, if it is a demo, the navigation, the other languages."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.registry import Text, nav_links

PUBLIC: list[tuple[str, Text]] = [
    ("portal:map", gettext_lazy("The map")),
    ("territory:address", gettext_lazy("Check an address")),
    ("portal:rules", gettext_lazy("The rule")),
]


@dataclass(frozen=True)
class NavItem:
    """A link of the main navigation; `here` when the page shown is that one or below it."""

    url: str
    label: str
    here: bool


def site(request: HttpRequest) -> dict[str, Any]:
    """The variable `frame` of every template (allauth's own pages call something else `site`)."""
    return {"frame": SimpleLazyObject(lambda: _site(request))}


def _site(request: HttpRequest) -> dict[str, Any]:
    language = get_language()
    return {
        "name": settings.SITE_NAME,
        "contact": settings.CONTACT_EMAIL,
        "demo": settings.DEMO_NOTICE,
        "nav": navigation(request),
        "other_languages": [pair for pair in settings.LANGUAGES if pair[0] != language],
    }


def navigation(request: HttpRequest) -> list[NavItem]:
    """The main navigation: the public pages; one's own instead when signed in, since the foot leads to the others.

    The link whose address goes furthest towards the page shown is the one where the reader is.
    """
    account = getattr(request, "user", None)
    if isinstance(account, Account):
        own = [(link.url_name, link.label) for link in nav_links.links_for(account)]
        entries: list[tuple[str, Text]] = [("portal:mine", _("My page")), *own]
    else:
        entries = PUBLIC
    urls = [(reverse(name), str(label)) for name, label in entries]
    here = max((url for url, _label in urls if request.path.startswith(url)), key=len, default="")
    return [NavItem(url, label, url == here) for url, label in urls]
