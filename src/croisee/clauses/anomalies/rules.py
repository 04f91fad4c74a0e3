"""The rules: each reads one statement and what is known beside it, and says what is odd, or nothing.

A rule that blocks keeps a statement from being validated unless a reason is written; the others are only to look at.
Where somebody lives is in none of them.
"""

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Sequence
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from croisee.clauses.anomalies.rows import Anomaly, Code, Known, Severity, Stated
from croisee.clauses.durations import Span, covered, merged
from croisee.clauses.models import ProofKind

Rule = Callable[[Stated, Known], Anomaly | None]
DAYS_A_WEEK = 7
WEEKS_A_MONTH = Decimal(52) / 12
"""Payrolls pay 52 weeks in 12 months (code du travail L3242-1: 151.67 h for 35 h a week)."""
COLLECTIVE = (ProofKind.PAYROLL, ProofKind.INVOICE)
"""Proofs that bear several people's hours of one month."""


# Sentences with plurals: made once, since each is a class of its own.
ELIGIBLE_IN_PART = ngettext_lazy(
    "Eligible for %(days)s day of this month only (%(spans)s): about %(most)s of the %(hours)s can count.",
    "Eligible for %(days)s days of this month only (%(spans)s): about %(most)s of the %(hours)s can count.",
    "days",
)
OTHERS_BY_FILE = ngettext_lazy(
    "The same file proves the hours of %(n)d other person.",
    "The same file proves the hours of %(n)d other people.",
    "n",
)
MORE_THAN_CONTRACT = ngettext_lazy(
    "%(hours)s declared; at %(weekly)s a week the contract makes about %(usual)s in %(days)s day.",
    "%(hours)s declared; at %(weekly)s a week the contract makes about %(usual)s in %(days)s days.",
    "days",
)


def _days(span: Span) -> int:
    return (span.last - span.first).days + 1


def newest_of_each(rows: Iterable[Stated]) -> list[Stated]:
    """Of several versions of the same month of the same contract, the newest alone."""
    newest: dict[tuple[Hashable, dt.date], Stated] = {}
    for row in rows:
        known = newest.get((row.assignment, row.month))
        if known is None or known.version < row.version:
            newest[row.assignment, row.month] = row
    return list(newest.values())


def others(row: Stated, known: Known) -> list[Stated]:
    """What the person did in the same month under other contracts, one version of each."""
    rows = known.beside.get((row.participant, row.month), ())
    return [other for other in newest_of_each(rows) if other.assignment != row.assignment]


def expected(row: Stated) -> Decimal:
    """The hours that the contract makes in the month: by its days or by the twelfth of a year, whichever is more."""
    if row.worked is None:
        return Decimal(0)
    days = Decimal(_days(row.worked))
    by_days = row.weekly_hours * days / DAYS_A_WEEK
    by_month = row.weekly_hours * WEEKS_A_MONTH * days / Decimal(row.last.day)
    return max(by_days, by_month)


def over_month(row: Stated, known: Known) -> Anomaly | None:
    """More than the hours of a month, over all lots and employers (code du travail L3121-20; dated figure)."""
    most = known.most_hours.get(row.month)
    beside = others(row, known)
    total = row.hours + sum((other.hours for other in beside), Decimal(0))
    if most is None or total <= most:
        return None
    said = (
        _("%(total)s for this person in %(month)s, with %(others)s: %(most)s in a month at most.")
        if beside
        else _("%(total)s in %(month)s: a person works %(most)s in a month at most.")
    )
    figures = {"total": total, "month": row.month, "most": most, "others": beside}
    return Anomaly(Code.OVER_MONTH, Severity.BLOCKS, said, figures)


def not_eligible(row: Stated, known: Known) -> Anomaly | None:
    """Hours on days when the person is not eligible in this lot, wholly or for a part of the month."""
    if not row.hours:
        return None
    criteria = known.eligible.get(row.participant, {})
    spans = merged(
        span
        for criterion, days in criteria.items()
        if not row.publics or criterion in row.publics
        for span in days
    )
    worked = row.worked or Span(row.month, row.last)
    inside = covered(spans, worked.first, worked.last)
    days = sum(map(_days, inside))
    if days == _days(worked):
        return None
    if not days:
        return _never_eligible(row, spans, worked, bool(criteria))
    most = min(expected(row), row.weekly_hours * WEEKS_A_MONTH) * days / _days(worked)
    severity = Severity.BLOCKS if row.hours > _with_tolerance(most, row, known) else Severity.LOOK
    about = min(most, row.hours).to_integral()
    figures = {"days": days, "spans": inside, "most": about, "hours": row.hours}
    return Anomaly(Code.NOT_ELIGIBLE, severity, ELIGIBLE_IN_PART, figures)


def _never_eligible(row: Stated, spans: Sequence[Span], worked: Span, otherwise: bool) -> Anomaly:
    """No day of the month is eligible: because of the lot's publics, never, not any more, or not yet."""
    day: dt.date | None = None
    if not spans:
        said = (
            _("This person is eligible, but on no criterion that this lot accepts.")
            if otherwise
            else _("No eligibility of this person is checked: no hour counts.")
        )
    elif all(span.last < worked.first for span in spans):
        said, day = _("Eligibility ended on %(day)s: hours of %(month)s do not count."), spans[-1].last
    else:
        said = _("Eligibility begins on %(day)s: hours of %(month)s do not count.")
        day = next(span.first for span in spans if span.first > worked.last)
    return Anomaly(Code.NOT_ELIGIBLE, Severity.BLOCKS, said, {"day": day, "month": row.month})


def same_hours(row: Stated, known: Known) -> Anomaly | None:
    """The same hours for the same person and month under another contract."""
    found = next((other for other in others(row, known) if row.hours and other.hours == row.hours), None)
    if found is None:
        return None
    said = (
        _(
            "The same %(hours)s are declared for this person in %(month)s at %(employer)s (%(lot)s): the same "
            "payroll may have been sent twice."
        )
        if ProofKind.PAYROLL in (row.proof_kind, found.proof_kind)
        else _("The same %(hours)s are declared for this person in %(month)s at %(employer)s (%(lot)s).")
    )
    figures = {"hours": row.hours, "month": row.month, "employer": found.employer, "lot": found.lot}
    return Anomaly(Code.SAME_HOURS, Severity.BLOCKS, said, figures)


def same_proof(row: Stated, known: Known) -> Anomaly | None:
    """The same file proves other hours: of another month, of another person, or of another contract."""
    if not row.digest:
        return None
    proved = [
        other
        for other in known.files.get(row.digest, ())
        if (other.assignment, other.month) != (row.assignment, row.month)
    ]
    elsewhen = next((other for other in proved if other.month != row.month), None)
    if elsewhen:
        said: str | Promise = _("The same file proves hours of %(month)s already (%(lot)s).")
        figures: dict[str, object] = {"month": elsewhen.month, "lot": elsewhen.lot}
        return Anomaly(Code.SAME_PROOF, Severity.BLOCKS, said, figures)
    if not proved or row.proof_kind in COLLECTIVE:
        return None
    people = {other.participant for other in proved} - {row.participant}
    if not people:
        said = _("The same file proves hours of this person at %(employer)s (%(lot)s).")
        figures = {"employer": proved[0].employer, "lot": proved[0].lot}
        return Anomaly(Code.SAME_PROOF, Severity.LOOK, said, figures)
    alone = row.proof_kind == ProofKind.PAYSLIP
    severity = Severity.BLOCKS if alone else Severity.LOOK
    return Anomaly(Code.SAME_PROOF, severity, OTHERS_BY_FILE, {"n": len(people)})


def outside_contract(row: Stated, known: Known) -> Anomaly | None:
    """A month with no day in the contract."""
    if row.worked is not None:
        return None
    if row.month > row.contract.last:
        said, day = _("The contract ended on %(day)s, before %(month)s."), row.contract.last
    else:
        said, day = _("The contract begins on %(day)s, after %(month)s."), row.contract.first
    return Anomaly(Code.OUTSIDE_CONTRACT, Severity.BLOCKS, said, {"day": day, "month": row.month})


def over_contract(row: Stated, known: Known) -> Anomaly | None:
    """More than the weekly hours of the contract × weeks in the month, and a tolerance (dated figure)."""
    usual = expected(row)
    if row.worked is None or row.hours <= _with_tolerance(usual, row, known):
        return None
    figures = {
        "hours": row.hours,
        "weekly": row.weekly_hours,
        "usual": usual.to_integral(),
        "days": _days(row.worked),
    }
    return Anomaly(Code.OVER_CONTRACT, Severity.LOOK, MORE_THAN_CONTRACT, figures)


def _with_tolerance(hours: Decimal, row: Stated, known: Known) -> Decimal:
    return hours * (1 + known.tolerance.get(row.month, Decimal(0)) / 100)


def outside_lot(row: Stated, known: Known) -> Anomaly | None:
    """A month after the end of the lot, or before it begins."""
    if row.month > row.lot_days.last:
        said, day = _("The lot ended on %(day)s, before %(month)s."), row.lot_days.last
    elif row.last < row.lot_days.first:
        said, day = _("The lot begins on %(day)s, after %(month)s."), row.lot_days.first
    else:
        return None
    return Anomaly(Code.OUTSIDE_LOT, Severity.BLOCKS, said, {"day": day, "month": row.month})


def lot_closed(row: Stated, known: Known) -> Anomaly | None:
    """The lot is closed: what was reported of it changes."""
    said = _("The lot is closed: these hours change what was said of it.")
    return Anomaly(Code.LOT_CLOSED, Severity.LOOK, said) if row.lot_closed else None


def in_the_future(row: Stated, known: Known) -> Anomaly | None:
    """A month that has not begun, or is not over."""
    if row.month > known.today:
        said = _("%(Month)s has not begun.")
        return Anomaly(Code.FUTURE, Severity.BLOCKS, said, {"Month": row.month})
    if row.last > known.today:
        said = _("%(Month)s is not over yet.")
        return Anomaly(Code.FUTURE, Severity.LOOK, said, {"Month": row.month})
    return None


def no_proof(row: Stated, known: Known) -> Anomaly | None:
    """Nothing proves the hours; or a proof is named and its file is not there."""
    if not row.hours:
        return None
    if row.proof_kind == ProofKind.NONE:
        return Anomaly(Code.NO_PROOF, Severity.BLOCKS, _("No proof of these hours."))
    if not row.has_file and row.proof_kind != ProofKind.PAYROLL:
        said = _("The file of the proof is not there (%(kind)s).")
        return Anomaly(Code.NO_PROOF, Severity.LOOK, said, {"kind": ProofKind(row.proof_kind).label})
    return None


def not_hired(row: Stated, known: Known) -> Anomaly | None:
    """Hours under a contract that was not taken, or was cancelled."""
    said = _("This person is not noted as hired under this contract.")
    return None if row.hired else Anomaly(Code.NOT_HIRED, Severity.BLOCKS, said)


def no_hours(row: Stated, known: Known) -> Anomaly | None:
    """A month without hours."""
    return (
        None if row.hours else Anomaly(Code.NO_HOURS, Severity.LOOK, _("No hour is declared for this month."))
    )


def not_all_counted(row: Stated, known: Known) -> Anomaly | None:
    """Hours that were shared between lots, and of which some count for none."""
    if row.counted is None or row.counted >= row.hours:
        return None
    said = _("%(left)s of the %(hours)s count for no lot.")
    figures = {"left": row.hours - row.counted, "hours": row.hours}
    return Anomaly(Code.NOT_ALL_COUNTED, Severity.LOOK, said, figures)


RULES: tuple[Rule, ...] = (
    over_month,
    not_eligible,
    same_hours,
    same_proof,
    not_hired,
    outside_contract,
    outside_lot,
    in_the_future,
    no_proof,
    over_contract,
    lot_closed,
    no_hours,
    not_all_counted,
)


def anomalies(row: Stated, known: Known) -> tuple[Anomaly, ...]:
    """What is odd about one statement: what blocks first, then what is to look at, each in the order of the rules."""
    found = [anomaly for rule in RULES if (anomaly := rule(row, known))]
    return tuple(sorted(found, key=lambda anomaly: anomaly.severity != Severity.BLOCKS))


def blocking(found: Iterable[Anomaly]) -> bool:
    """Whether one of them keeps the statement from being validated without a reason."""
    return any(anomaly.severity == Severity.BLOCKS for anomaly in found)
