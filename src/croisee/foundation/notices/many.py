"""The same e-mail owed to many accounts, in a number of queries that does not grow with them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django_tasks import task

from croisee.foundation.notices.declaration import Notice
from croisee.foundation.notices.models import Frequency, Ledger, State
from croisee.foundation.notices.services import _frequencies, _when, deliver

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

AT_A_TIME = 50
BATCH = 2_000


@dataclass(frozen=True)
class Letter:
    """One e-mail: to whom, about which event, with what in its text (JSON)."""

    account: "Account"
    key: str
    context: dict[str, Any] = field(default_factory=dict)


def send_many(notice: Notice, letters: Iterable[Letter]) -> int:
    """Owe `notice` for each of `letters`, as `services.send` does for one event; return how many are new."""
    wanted = {(letter.account.pk, letter.key): letter for letter in letters}
    people = list({letter.account.pk: letter.account for letter in wanted.values()}.values())
    if not people:
        return 0
    frequencies = _frequencies(notice, people)
    with transaction.atomic():
        owed = Ledger.objects.filter(
            notice=notice.name, account__in=people, key__in={key for _, key in wanted}
        )
        for known in owed.values_list("account_id", "key"):
            wanted.pop(known, None)
        rows = [
            Ledger(
                notice=notice.name,
                account=letter.account,
                key=letter.key,
                context=letter.context,
                **_when(frequencies.get(letter.account.pk, Frequency.IMMEDIATE)),
            )
            for letter in wanted.values()
        ]
        Ledger.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
        off = [row.pk for row in rows if frequencies.get(row.account_id) == Frequency.OFF]
        Ledger.objects.filter(pk__in=off).update(state=State.DECLINED, context={})
        if len(off) < len(rows):
            deliver_due.enqueue()
    return len(rows)


@task(priority=5)
def deliver_due() -> None:
    """Send a few of the e-mails that are due, then come back for the others: single ones pass in between."""
    due = list(Ledger.objects.due().values_list("pk", flat=True)[: AT_A_TIME + 1])
    for pk in due[:AT_A_TIME]:
        deliver.call(str(pk))
    if len(due) > AT_A_TIME:
        deliver_due.enqueue()
