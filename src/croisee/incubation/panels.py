"""Panels of a project's page: a line that another subject shows there (hosting, advice, reviews…), with its link."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.incubation.models import Project


@dataclass(frozen=True)
class Panel:
    """One compact line: what it is about, how it stands, where to go.

    `tone` is the class of a badge: "" (nothing to look at), "info", "ok", "warn" or "bad".
    """

    title: str
    text: str
    url: str
    tone: str = ""


Maker = Callable[["Project", "Account"], Panel | None]

_makers: dict[str, tuple[int, Maker]] = {}


def register(name: str, order: int, maker: Maker) -> None:
    """Show a panel on every project's page; `maker` says it for one project and reader, in one query at most.

    The project is given with its incubator, holder and company at hand. The reader is a manager of the incubator, the
    holder, an expert who advises it or a colleague of its company: a maker that answers None shows nothing.
    """
    _makers[name] = (order, maker)


def panels_for(project: "Project", account: "Account") -> list[Panel]:
    """The panels of a project, in their order, as `account` may see them."""
    ordered = sorted((order, name) for name, (order, _maker) in _makers.items())
    made = (_makers[name][1](project, account) for _order, name in ordered)
    return [panel for panel in made if panel is not None]
