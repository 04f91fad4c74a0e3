"""The table of inclusive suppliers, sent through the import: every fault named, then kept by SIRET."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models import InclusiveSupplier, SupplierKind
from croisee.clauses.services.suppliers import store
from croisee.directory.rome import Trade
from croisee.foundation import identifiers
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.imports.kinds import ImportKind, Outcome, Slot, Tables, Target, register
from croisee.foundation.tables import Column, Fault, Refused, Table
from croisee.foundation.tables.columns import header_key
from croisee.foundation.tables.values import decimal, shown
from croisee.territory.address_search import search_addresses
from croisee.territory.answers import place_of

COLUMNS = (
    Column("siret", max_length=20),
    Column("name", ("nom", "raison sociale", "dénomination"), max_length=200),
    Column("kind", ("type", "type de structure", "kind"), max_length=40),
    Column("trades", ("métiers", "secteurs", "activités"), max_length=300),
    Column("turnover", ("chiffre d’affaires", "ca", "turnover"), required=False, max_length=30),
    Column("address", ("adresse",), required=False, max_length=300),
    Column("lon", ("longitude",), required=False, max_length=30),
    Column("lat", ("latitude",), required=False, max_length=30),
    Column("website", ("site", "site web", "url"), required=False, max_length=200),
    Column("source", ("origine",), required=False, max_length=300),
)
_SEPARATORS = re.compile(r"[;,|/]")
MOST_LON, MOST_LAT = 180, 90


def _siret(text: str) -> str:
    try:
        return identifiers.siret(text)
    except identifiers.InvalidIdentifier:
        raise Refused(
            gettext("“%(text)s” is no SIRET number.") % {"text": shown(text)},
            gettext("Write its 14 digits; the last one checks the others."),
        ) from None


def _kind(text: str) -> SupplierKind:
    key = header_key(text)
    for one in SupplierKind:
        if key == one.value:
            return one
    raise Refused(
        gettext("“%(text)s” is no kind of inclusive supplier.") % {"text": shown(text)},
        gettext("Write one of: %(kinds)s.") % {"kinds": ", ".join(one.value.upper() for one in SupplierKind)},
    )


def _trade_names() -> dict[str, Trade]:
    """Codes and labels, in French and in English, as keys."""
    names = {header_key(one.value): one for one in Trade}
    for language in ("fr", "en"):
        with translation.override(language):
            names |= {header_key(str(one.label)): one for one in Trade}
    return names


def _trades(text: str) -> list[str]:
    known = _trade_names()
    found = []
    for part in filter(None, (piece.strip() for piece in _SEPARATORS.split(text))):
        trade = known.get(header_key(part))
        if trade is None:
            raise Refused(
                gettext("“%(text)s” is no trade.") % {"text": shown(part)},
                gettext("Write trades separated by semicolons: %(trades)s.")
                % {"trades": ", ".join(one.value for one in Trade)},
            )
        found.append(trade.value)
    return list(dict.fromkeys(found))


def _turnover(text: str) -> Decimal:
    amount = decimal(text.replace("€", "").replace(" ", ""))
    if amount < 0:
        raise Refused(gettext("A turnover is not negative."), gettext("Leave it empty when it is not known."))
    return Decimal(str(amount)).quantize(Decimal("0.01"))


def _degrees(most: int) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = decimal(text)
        if not -most <= value <= most:
            raise Refused(
                gettext("“%(text)s” is no such degree.") % {"text": shown(text)},
                gettext("Write degrees, such as -1.68 and 48.11."),
            )
        return value

    return parse


def _website(text: str) -> str:
    try:
        URLValidator(schemes=["http", "https"])(text)
    except ValidationError:
        raise Refused(
            gettext("“%(text)s” is no address of a website.") % {"text": shown(text)},
            gettext("Write it whole, such as https://example.org, or leave it empty."),
        ) from None
    return text


def _read(table: Table, faults: list[Fault]) -> list[InclusiveSupplier]:
    """The suppliers of a table, not saved; what is wrong goes in `faults`, and those rows make nothing."""
    sirets = table.parse("siret", _siret, faults)
    kinds = table.parse("kind", _kind, faults)
    trades = table.parse("trades", _trades, faults)
    turnovers = table.parse("turnover", _turnover, faults)
    lons = table.parse("lon", _degrees(MOST_LON), faults)
    lats = table.parse("lat", _degrees(MOST_LAT), faults)
    websites = table.parse("website", _website, faults)
    seen: dict[str, int] = {}
    suppliers = []
    for index, siret in enumerate(sirets):
        for name, value in (("siret", siret), ("kind", kinds[index]), ("name", table.columns["name"][index])):
            if not value and not table.columns[name][index]:
                faults.append(table.fault(index, name, gettext("The cell is empty."), gettext("Fill it in.")))
        if (lons[index] is None) != (lats[index] is None):
            faults.append(
                table.fault(
                    index,
                    "lon",
                    gettext("A place has a longitude and a latitude."),
                    gettext("Give both, or none."),
                )
            )
            continue
        kind = kinds[index]
        if siret is None or kind is None:
            continue
        if siret in seen:
            faults.append(
                table.fault(
                    index,
                    "siret",
                    gettext("This SIRET is already on row %(row)d.") % {"row": table.rows[seen[siret]]},
                    gettext("Keep one of the two rows."),
                )
            )
            continue
        seen[siret] = index
        suppliers.append(
            InclusiveSupplier(
                siret=siret,
                name=table.columns["name"][index],
                kind=kind,
                trades=trades[index] or [],
                turnover=turnovers[index],
                address=table.columns["address"][index],
                lon=lons[index],
                lat=lats[index],
                website=websites[index] or "",
                source=table.columns["source"][index] or table.file,
            )
        )
    return suppliers


def _check(tables: Tables, target: Target) -> list[Fault]:
    faults: list[Fault] = []
    _read(tables["suppliers"], faults)
    return faults


def _apply(tables: Tables, account: Account, target: Target) -> Outcome:
    suppliers = _read(tables["suppliers"], [])
    for one in suppliers:
        if one.lon is None and one.address:
            one.lon, one.lat = _point(one.address)
    new, known = store(suppliers)
    placed = sum(one.lon is not None for one in suppliers)
    said = " ".join(
        [
            ngettext("%(n)d supplier added.", "%(n)d suppliers added.", new) % {"n": new},
            ngettext("%(n)d brought up to date.", "%(n)d brought up to date.", known) % {"n": known},
            ngettext(
                "%(n)d has no place on the map.", "%(n)d have no place on the map.", len(suppliers) - placed
            )
            % {"n": len(suppliers) - placed},
        ]
    )
    return Outcome(reverse("clauses:suppliers"), said)


def _point(address: str) -> tuple[float | None, float | None]:
    """The point of an address found without doubt among those loaded."""
    best = next(iter(search_addresses(address, limit=1)), None)
    if best is None or not (best.is_address and best.exact):
        return None, None
    place = place_of(best.identifier)
    return (place.longitude, place.latitude) if place else (None, None)


SUPPLIERS = register(
    ImportKind(
        "clauses.suppliers",
        _("Inclusive suppliers"),
        slots=(
            Slot(
                "suppliers",
                _("Suppliers"),
                COLUMNS,
                _(
                    "One row an establishment: SIRET, name, kind (EI, ACI, AI, ETTI, EA, EATT, ESAT, GEIQ), trades."
                ),
            ),
        ),
        validate=_check,
        apply=_apply,
        roles=(Role.FACILITATEUR, Role.ADMINISTRATOR),
    )
)
