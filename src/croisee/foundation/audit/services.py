"""Writing the audit trail: who is acting, who read what; and the two changes that the law asks of it."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pghistory
from django.db import models, transaction

from croisee.foundation.accounts.models import Account
from croisee.foundation.audit.models import YEARS_ACCESSES_ARE_KEPT, Access, Action
from croisee.foundation.audit.tracking import YEARS_CHANGES_ARE_KEPT, audited_models, event_model
from croisee.foundation.audit.tracking import blank as blank_of


def acting(account: Account | None, where: str) -> AbstractContextManager[Any]:
    """Attach to every change made inside: whose it is (None: the software's own) and from where.

    `where` is the name of an address or a command, never an address itself: those may hold personal data.
    """
    context: AbstractContextManager[Any] = pghistory.context(
        account=str(account.pk) if account is not None else None, where=where
    )
    return context


def record_read(
    account: Account, subject: models.Model, reason: str = "", concerns: Account | None = None
) -> None:
    """Note that `account` read the file of a person.

    `concerns` is the person's own account, when there is one (`subject` itself, when it is an account): it will see
    the line. Reading one's own file is not noted.
    """
    _record(Action.READ, account, subject, reason, concerns)


def record_export(
    account: Account, subject: models.Model, reason: str = "", concerns: Account | None = None
) -> None:
    """Note that `account` took the file of a person out of the software."""
    _record(Action.EXPORT, account, subject, reason, concerns)


def record_sign_in(account: Account, method: str) -> None:
    """Note that `account` signed in, by which methods."""
    _record(Action.SIGN_IN, account, account, method, account)


def record_factor(account: Account, factor: str, *, added: bool) -> None:
    """Note that `account` added or removed a second factor of a kind (`totp`, `webauthn`, `recovery_codes`)."""
    _record(Action.FACTOR_ADDED if added else Action.FACTOR_REMOVED, account, account, factor, account)


def record_console_link(account: Account) -> None:
    """Note that someone with a console on the server made a sign-in link for `account`."""
    _record(Action.CONSOLE_LINK, None, account, "", account)


def _record(
    action: Action, account: Account | None, subject: models.Model, reason: str, concerns: Account | None
) -> None:
    about = subject if isinstance(subject, Account) else concerns
    if action in {Action.READ, Action.EXPORT} and account is not None and about == account:
        return
    Access.objects.create(
        action=action,
        account=account,
        concerns=about,
        subject_type=subject._meta.label,
        subject_id=str(subject.pk),
        reason=reason[: Access._meta.get_field("reason").max_length],
    )


def redact(model: type[models.Model], pks: Iterable[object]) -> int:
    """Blank the personal columns of the history of these rows; return how many lines were treated.

    The columns are those that the model named in `@audited(personal=...)`; a model without any has nothing to
    blank. Raises AttributeError for a model that is not audited.
    """
    events: Any = event_model(model)
    if not events.pgh_personal:
        return 0
    blank = {name: blank_of(events._meta.get_field(name)) for name in events.pgh_personal}
    lines: int = events._default_manager.filter(pgh_obj_id__in=list(pks)).update(**blank)
    return lines


@transaction.atomic
def discard_expired(on: date, *, apply: bool) -> dict[str, int]:
    """Delete the lines past their time (10 years for changes, 3 for accesses); return how many, by model.

    Counts only, unless `apply`. The database refuses the deletion of any younger line.
    """
    aged: list[tuple[Any, str, int]] = [(Access, "at", YEARS_ACCESSES_ARE_KEPT)]
    aged += [(event_model(model), "pgh_created_at", YEARS_CHANGES_ARE_KEPT) for model in audited_models()]
    counts = {}
    for model, dated_by, years in aged:
        # One day of margin: the database compares with the hour.
        limit = _years_before(on, years)
        rows = model._default_manager.filter(**{f"{dated_by}__date__lt": limit})
        counts[model._meta.label] = rows.delete()[0] if apply else rows.count()
    return {label: count for label, count in counts.items() if count}


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
