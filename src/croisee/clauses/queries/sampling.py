"""Reading audits of proofs: what may be drawn, how far an audit is, what it says of all hours."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When

from croisee.clauses.models import AuditItem, CompanyLink, ItemState, ProofAudit, Statement
from croisee.clauses.queries.balances import HOURS, ZERO
from croisee.engine.sampling import Estimate, Found, Unit, certain, estimate
from croisee.foundation.accounts.models import Account

HUNDRED = Decimal(100)
READ = (ItemState.CONFORM, ItemState.UPHELD, ItemState.LIFTED)
WAITING_FOR_COMPANY = (ItemState.CHALLENGED,)
OPEN_FINDINGS = (ItemState.CHALLENGED, ItemState.ANSWERED)


def frame(first: dt.date, last: dt.date) -> list[Unit]:
    """Every validated statement of the months, by company, month and key: what a sample is drawn from."""
    rows = (
        Statement.objects.validated()
        .filter(month__gte=first, month__lte=last)
        .order_by("assignment__employer_id", "month", "pk")
        .values_list("pk", "hours")
    )
    return [Unit(str(pk), int(hours * HUNDRED)) for pk, hours in rows.iterator(chunk_size=10_000)]


def audits(account: Account) -> QuerySet[Any]:
    """Audits that one may see, with `items`, `unread`, `findings` still open, and hours `refused` until now."""
    state = "items__state"
    return (
        ProofAudit.objects.visible_to(account)
        .annotate(
            drawn=Count("items"),
            unread=Count("items", filter=Q(**{state: ItemState.TO_READ})),
            findings=Count("items", filter=Q(**{f"{state}__in": OPEN_FINDINGS})),
            refused=Sum(_refused("items__"), default=ZERO, output_field=HOURS),
        )
        .order_by("-created_at", "pk")
    )


def _refused(path: str = "") -> Case:
    """The hours that an item takes away: what was decided, or what its finding says until then."""
    return Case(
        When(Q(**{f"{path}state": ItemState.UPHELD}), then=F(f"{path}hours_upheld")),
        When(Q(**{f"{path}state__in": OPEN_FINDINGS}), then=F(f"{path}hours_refused")),
        default=ZERO,
        output_field=HOURS,
    )


def items(account: Account, audit: ProofAudit) -> QuerySet[Any]:
    """The statements drawn for an audit, with what a list says of them; `refused` as in `audits`."""
    return (
        AuditItem.objects.visible_to(account)
        .filter(audit=audit)
        .select_related(
            "statement__assignment__participant__person",
            "statement__assignment__employer",
            "statement__assignment__commitment__clause__lot",
        )
        .annotate(refused=_refused())
        .order_by("order")
    )


def with_everything(rows: QuerySet[AuditItem]) -> QuerySet[AuditItem]:
    """Items with all that their page names, in one query."""
    assignment = "statement__assignment"
    return rows.select_related(
        "audit",
        "found_by",
        "decided_by",
        f"{assignment}__participant__person",
        f"{assignment}__employer",
        f"{assignment}__commitment__organisation",
        f"{assignment}__commitment__clause__lot__contract__operation",
    )


@dataclass(frozen=True)
class Progress:
    """How many of the statements drawn are where, and what they say of all hours.

    `result` is None as long as one is to be read. It is `provisional` as long as a finding is open: each one then
    counts as if it were upheld.
    """

    by_state: dict[str, int]
    result: Estimate | None
    provisional: bool
    refused: Decimal
    sampled: Decimal

    @property
    def drawn(self) -> int:
        """All of them."""
        return sum(self.by_state.values())

    @property
    def unread(self) -> int:
        """Those that nobody has read."""
        return self.by_state.get(ItemState.TO_READ, 0)

    @property
    def open(self) -> int:
        """Findings without a decision."""
        return sum(self.by_state.get(state, 0) for state in OPEN_FINDINGS)

    @property
    def percent(self) -> float:
        """The share of those that are read to their end, in per cent."""
        done = sum(self.by_state.get(state, 0) for state in READ)
        return 100 * done / self.drawn if self.drawn else 0.0


def progress(audit: ProofAudit) -> Progress:
    """How far an audit is, and its estimate: one query."""
    rows = list(
        audit.items.order_by("order")
        .annotate(refused=_refused())
        .values_list("state", "statement__hours", "refused")
    )
    by_state: dict[str, int] = {}
    for state, _hours, _taken in rows:
        by_state[state] = by_state.get(state, 0) + 1
    unread = by_state.get(ItemState.TO_READ, 0)
    return Progress(
        by_state,
        None if unread or not rows else _estimate(audit, [(hours, taken) for _s, hours, taken in rows]),
        any(by_state.get(state) for state in OPEN_FINDINGS),
        sum((taken for _s, _h, taken in rows), Decimal(0)),
        sum((hours for _s, hours, _t in rows), Decimal(0)),
    )


def _estimate(audit: ProofAudit, rows: Sequence[tuple[Decimal, Decimal]]) -> Estimate:
    units = [Unit(str(place), int(hours * HUNDRED)) for place, (hours, _taken) in enumerate(rows)]
    large = certain(units, audit.size, int(audit.population_hours * HUNDRED))
    found = [
        Found(float(hours), float(taken), certain=str(place) in large)
        for place, (hours, taken) in enumerate(rows)
    ]
    return estimate(found, float(audit.population_hours))


def to_decide(account: Account, today: dt.date) -> QuerySet[AuditItem]:
    """Findings that `account` may decide now: answered, or whose time is over; never its own."""
    ready = Q(state=ItemState.ANSWERED) | Q(state=ItemState.CHALLENGED, answer_by__lt=today)
    return AuditItem.objects.visible_to(account).filter(ready).exclude(found_by=account)


def to_read(account: Account) -> QuerySet[AuditItem]:
    """Statements drawn that nobody has read."""
    return AuditItem.objects.visible_to(account).filter(state=ItemState.TO_READ)


def to_answer(account: Account) -> QuerySet[AuditItem]:
    """Findings that wait for the answer of a company that `account` acts for."""
    return AuditItem.objects.visible_to(account).filter(state=ItemState.CHALLENGED)


def of_link(link: CompanyLink) -> QuerySet[AuditItem]:
    """Items that a contact who came by a link may see: of the people at work under that commitment, once told."""
    told = ~Q(state__in=[ItemState.TO_READ, ItemState.CONFORM])
    return AuditItem.objects.filter(told, statement__assignment__commitment=link.commitment_id)


def to_answer_by_link(link: CompanyLink) -> QuerySet[AuditItem]:
    """Those of them that wait for an answer, with the name of the person."""
    rows = of_link(link).filter(state=ItemState.CHALLENGED).order_by("answer_by", "pk")
    return rows.select_related("statement__assignment__participant__person")


def following(item: AuditItem) -> AuditItem | None:
    """The next statement of the same audit that is to be read, from the first again after the last."""
    left = AuditItem.objects.filter(audit=item.audit_id, state=ItemState.TO_READ).exclude(pk=item.pk)
    return left.filter(order__gt=item.order).order_by("order").first() or left.order_by("order").first()
