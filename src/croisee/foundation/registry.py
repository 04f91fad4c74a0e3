"""What services announce to the floors below them, in the `ready()` of their `apps.py`.

Upper floors read these registries and import no service: a new service is one new folder.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import IntegerField, Model, QuerySet, Subquery
from django.utils.functional import Promise

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account
    from croisee.foundation.accounts.roles import Role

Text = str | Promise
T = TypeVar("T")


@dataclass(frozen=True)
class Card:
    """One card of a home page: what there is, in words, a figure if there is one, and where to go."""

    title: Text
    text: Text
    url: str
    figure: str = ""
    order: int = 50


CardMaker = Callable[["Account"], Card | None]


class HomeCards:
    """The cards of each role's home page."""

    def __init__(self) -> None:
        self._makers: dict[Role, list[CardMaker]] = {}

    def register(self, role: "Role", maker: CardMaker) -> None:
        """Show what `maker(account)` returns on the home page of `role` (nothing when it returns None)."""
        makers = self._makers.setdefault(role, [])
        if maker not in makers:
            makers.append(maker)

    def cards_for(self, account: "Account") -> list[Card]:
        """The cards of all the roles that the account holds today, in their order, each maker asked once."""
        makers = dict.fromkeys(
            maker for role in sorted(account.roles()) for maker in self._makers.get(role, [])
        )
        cards = [card for maker in makers if (card := maker(account)) is not None]
        return sorted(cards, key=lambda card: (card.order, str(card.title)))


class HomeCounts:
    """The numbers that cards show: each registered, as `app_what`, with the rows it counts; one query counts them all.

    So a home page takes no more queries for a service that brings ten cards than for one that brings one.
    """

    def __init__(self) -> None:
        self._rows: dict[str, tuple[frozenset[Role], Callable[[Account], QuerySet[Any]]]] = {}

    def register(self, name: str, rows: "Callable[[Account], QuerySet[Any]]", *roles: "Role") -> None:
        """Count `rows(account)` as `name` for who holds one of `roles`."""
        self._rows[name] = frozenset(roles), rows

    def of(self, account: "Account") -> Mapping[str, int]:
        """Each number registered for a role that the account holds today; asked once for this instance."""
        known: dict[str, int] | None = account.__dict__.get("_home_counts")
        if known is None:
            held = account.roles()
            asked = {
                name: _Count(rows(account).order_by().values("pk"))
                for name, (roles, rows) in self._rows.items()
                if roles & held
            }
            known = (
                account._meta.model._default_manager.filter(pk=account.pk).values(**asked)[0] if asked else {}
            )
            account.__dict__["_home_counts"] = known
        return known


class _Count(Subquery):
    """How many rows a query set has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
    empty_result_set_value = 0


class PublicCards:
    """The cards that the public home page shows to everyone: results, never a person."""

    def __init__(self) -> None:
        self._makers: list[Callable[[], Card | None]] = []

    def register(self, maker: Callable[[], Card | None]) -> None:
        """Show what `maker()` returns (nothing when it returns None)."""
        if maker not in self._makers:
            self._makers.append(maker)

    def cards(self) -> list[Card]:
        """The cards that there are today, in their order."""
        cards = [card for maker in self._makers if (card := maker()) is not None]
        return sorted(cards, key=lambda card: (card.order, str(card.title)))


@dataclass(frozen=True)
class NavLink:
    """A link of the main navigation, by the name of its address."""

    label: Text
    url_name: str
    order: int = 50


class NavLinks:
    """The links that each role finds in the main navigation, beside those that everybody has."""

    def __init__(self) -> None:
        self._links: dict[Role, list[NavLink]] = {}

    def register(self, link: NavLink, *roles: "Role") -> None:
        """Show `link` to who holds one of `roles`."""
        for role in roles:
            links = self._links.setdefault(role, [])
            if link not in links:
                links.append(link)

    def links_for(self, account: "Account") -> list[NavLink]:
        """The links of all the roles that the account holds today, in their order."""
        links = {
            link.url_name: link for role in sorted(account.roles()) for link in self._links.get(role, [])
        }
        return sorted(links.values(), key=lambda link: (link.order, link.url_name))


@dataclass(frozen=True)
class Retention:
    """How long rows are kept: in words, and which ones are past it on a day."""

    words: Text
    expired: Callable[[date], QuerySet[Any]]


@dataclass(frozen=True)
class PersonalData:
    """What the software does with a model's rows because they are about people (GDPR articles 5, 13, 15, 17).

    `purpose`: why they are kept. `concerns(account)`: the rows about that person. `erase(rows)`: delete them, or
    take the person out of them, and return how many were treated; the audit trail's copies are blanked by the
    caller. `export(row)`: the row for the person it is about, ready for JSON.
    """

    purpose: Text
    retention: Retention
    concerns: Callable[["Account"], QuerySet[Any]]
    erase: Callable[[QuerySet[Any]], int]
    export: Callable[[Any], Mapping[str, object]]


class PersonalDataRules:
    """The rule of each model that holds personal data."""

    def __init__(self) -> None:
        self._rules: dict[type[Model], PersonalData] = {}

    def register(self, model: type[Model], rule: PersonalData) -> None:
        """Declare that rows of `model` are about people, and what is done about it."""
        self._rules[model] = rule

    def items(self) -> list[tuple[type[Model], PersonalData]]:
        """Every model with its rule: those that refer to others before these, else by label.

        So rows go by their own rule, with their files and their history, before what they hang on takes them along.
        """
        return sorted(self._rules.items(), key=lambda item: (-self._depth(item[0], ()), item[0]._meta.label))

    def _depth(self, model: type[Model], above: tuple[type[Model], ...]) -> int:
        """How many models with a rule a row of `model` hangs on, one on the other."""
        known = {field.related_model for field in model._meta.concrete_fields if field.is_relation}
        targets = [one for one in self._rules if one in known and one not in (*above, model)]
        return max((1 + self._depth(target, (*above, model)) for target in targets), default=0)

    def __contains__(self, model: object) -> bool:
        return model in self._rules


home_cards = HomeCards()
home_counts = HomeCounts()
public_cards = PublicCards()
nav_links = NavLinks()
personal_data = PersonalDataRules()
impersonal_models: set[type[Model]] = set()


def impersonal(*models: type[Model]) -> None:
    """Declare that rows of these models say nothing about anyone."""
    impersonal_models.update(models)
