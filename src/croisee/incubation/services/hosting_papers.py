"""What is printed of hosting: the agreement to sign, and the company’s declaration of the aid that it had."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from croisee.foundation.dates import in_words
from croisee.foundation.documents.services import render_pdf
from croisee.incubation.models import Agreement, AgreementState
from croisee.incubation.queries.aids import Counter, aids_of
from croisee.incubation.queries.hosting import steps_of, surface_in_words
from croisee.incubation.queries.hosting_rules import euros
from croisee.incubation.rents import aid
from croisee.opportunities.tenure import Span, Tenure, commercial_lease_arises_on, cumulated, last_day_to_act

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Organisation

EMPTY_LINES = 6


def agreement_pdf(agreement: Agreement) -> bytes:
    """The agreement as a PDF, to sign or to keep; a draft says that it is one."""
    row = agreement
    data = {
        "title": str(pgettext("document", "Hosting agreement")),
        "draft": _("Draft: not signed yet.") if row.state == AgreementState.DRAFT else "",
        "facts": _parties(row),
        "articles": [
            _article(_("What is let"), _premises(row)),
            _article(_("How long"), _term(row)),
            _rents(row),
            _article(_("Aid"), _aid(row)),
            _article(_("What the law says"), _law(row)),
        ],
        "signatures_heading": _("Signatures"),
        "signatures_text": _("Made in two copies, one for each party."),
        "signatures": [str(row.incubator.organisation), str(row.tenant)],
    }
    return render_pdf("incubation/hosting_agreement.typ", data)


def _article(title: str, lines: list[str], columns: Any = (), rows: Any = ()) -> dict[str, Any]:
    return {"title": title, "lines": lines, "columns": list(columns), "rows": list(rows)}


def _parties(row: Agreement) -> list[list[str]]:
    incubator = row.incubator
    where = incubator.address
    if incubator.city not in where:
        where = f"{where}, {incubator.city}"
    facts = [
        [_("Let by"), str(incubator.organisation)],
        [_("Premises of"), f"{incubator.name}, {where}"],
        [_("Company"), str(row.tenant)],
    ]
    if row.tenant.siret:
        facts.append(["SIRET", row.tenant.siret])
    facts.append([_("Kind of contract"), str(row.get_kind_display())])
    if row.signed_on:
        facts.append([_("Signed on"), in_words(row.signed_on)])
    return facts


def _premises(row: Agreement) -> list[str]:
    return [
        _("%(space)s (%(kind)s), floor %(floor)d, %(surface)s, from %(day)s.")
        % {
            "space": one.space,
            "kind": one.space.get_kind_display(),
            "floor": one.space.floor,
            "surface": surface_in_words(one.space),
            "day": in_words(one.starts_on),
        }
        for one in row.occupancies.select_related("space")
    ]


def _term(row: Agreement) -> list[str]:
    lines = [
        _("From %(first)s to %(last)s, both days included: %(length)s.")
        % {
            "first": in_words(row.starts_on),
            "last": in_words(row.ends_on),
            "length": cumulated([Span(row.starts_on, row.ends_on)]),
        },
        ngettext(
            "Either party may end it with notice of %(n)d month.",
            "Either party may end it with notice of %(n)d months.",
            row.notice_months,
        )
        % {"n": row.notice_months},
    ]
    if row.kind == Tenure.PRECARIOUS:
        lines.append(_("The occupation is precarious because: %(cause)s") % {"cause": row.cause})
    return lines


def _rents(row: Agreement) -> dict[str, Any]:
    rows = [[in_words(step.starts_on), euros(step.monthly), euros(step.market)] for step in steps_of(row)]
    lines = [
        _("Before tax, by the month; a month begun is due by its days."),
        _("Charges: %(charges)s a month. Deposit: %(deposit)s.")
        % {"charges": euros(row.charges), "deposit": euros(row.deposit)},
    ]
    return _article(_("Rent"), lines, [_("From"), _("Rent a month"), _("Market rent a month")], rows)


def _aid(row: Agreement) -> list[str]:
    amount = aid(steps_of(row), row.starts_on, row.ends_on)
    if amount <= 0:
        return [_("The rent is that of the market: it is no aid.")]
    return [
        _(
            "The rent is below the market: over the term the difference is de minimis aid of %(aid)s under règlement "
            "(UE) 2023/2831, granted on the day of signature. The company has declared the de minimis aid that it had "
            "in the three years before."
        )
        % {"aid": euros(amount)}
    ]


def _law(row: Agreement) -> list[str]:
    limit, arises = last_day_to_act(row.ends_on), commercial_lease_arises_on(row.ends_on)
    words = {
        Tenure.DEROGATORY: _(
            "This lease is not subject to the status of commercial leases (C. com. L145-5): all leases of the company "
            "for one business in the same premises last three years at most. The company gives the premises back at "
            "the term. Left there after %(limit)s, it would have a commercial lease from %(arises)s."
        )
        % {"limit": in_words(limit), "arises": in_words(arises)},
        Tenure.PRECARIOUS: _(
            "The occupation is authorised because of circumstances that do not depend on the parties’ will alone, "
            "whatever its length (C. com. L145-5-1); it ends with them."
        ),
        Tenure.COMMERCIAL: _("The lease follows the status of commercial leases (C. com. L145-1 and after)."),
        Tenure.PROFESSIONAL: _(
            "The lease is of six years at least (law of 23 December 1986, article 57 A); the tenant may end it with "
            "notice of six months."
        ),
        Tenure.PUBLIC_DOMAIN: _(
            "The title is precarious and revocable, personal, and gives no right to a commercial lease (CGPPP L2122-1 "
            "and after)."
        ),
        Tenure.SERVICES: _("The contract is one of services: it gives no right to the renewal of a lease."),
    }
    return [words[Tenure(row.kind)]]


def declaration_pdf(organisation: Organisation, counter: Counter, day: dt.date) -> bytes:
    """The declaration on one’s honour (règlement 2023/2831, article 7(4)): what is known, and lines to complete."""
    known = [
        [in_words(one.granted_on), one.granted_by, one.label, euros(one.amount)]
        for one in aids_of(organisation)
        if counter.first <= one.granted_on <= day
    ]
    data = {
        "title": str(_("De minimis aid: declaration on one’s honour")),
        "facts": [
            [_("Company"), str(organisation)],
            ["SIRET", organisation.siret or "…"],
            [
                _("Period"),
                _("from %(first)s to %(last)s") % {"first": in_words(counter.first), "last": in_words(day)},
            ],
        ],
        "text": _(
            "I declare on my honour all de minimis aid granted to the company, and to those that make one undertaking "
            "with it (règlement (UE) 2023/2831, article 2(2)), in this period:"
        ),
        "columns": [_("Granted on"), _("Granted by"), pgettext("aid", "What for"), _("Amount")],
        "rows": [*known, *([" ", " ", " ", " "] for _line in range(EMPTY_LINES))],
        "totals": [
            [_("Known here"), euros(counter.total)],
            [_("Ceiling"), euros(counter.ceiling)],
        ],
        "lines": [
            _("I know that aid past the ceiling has to be paid back."),
            _("Name and capacity of the signatory: ………………………………………………"),
        ],
        "signature": _("Date and signature"),
    }
    return render_pdf("incubation/aid_declaration.typ", data)
