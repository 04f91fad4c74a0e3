"""Panels of a journey's page: a line that another subject shows there, with a link to its own page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.journeys.models import Journey


@dataclass(frozen=True)
class Panel:
    """One compact line: what it is about, how it stands, where to go.

    `tone` is the class of a badge: "" (nothing to look at), "info", "ok", "warn" or "bad".
    """

    title: str
    text: str
    url: str
    tone: str = ""


Maker = Callable[["Journey", "Account"], Panel | None]

_makers: dict[str, tuple[int, Maker]] = {}


def register(name: str, order: int, maker: Maker) -> None:
    """Show a panel on every journey's page; `maker` says it for one journey and reader, in one query at most.

    The journey is given with its person, programme and followings at hand. A maker that answers None shows nothing.
    """
    _makers[name] = (order, maker)


def panels_for(journey: "Journey", account: "Account") -> list[Panel]:
    """The panels of a journey, in their order, as `account` may see them."""
    shown: list[Panel] = []
    for _order, _name, maker in sorted(
        ((order, name, maker) for name, (order, maker) in _makers.items()), key=lambda row: row[:2]
    ):
        panel = maker(journey, account)
        if panel is not None:
            shown.append(panel)
    return shown
