"""Starting, running, cancelling and restarting background work."""

import logging
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from croisee.foundation.database.locks import hold
from croisee.foundation.progress.models import Progress, State
from croisee.foundation.progress.tracking import Cancelled, Tracker, WorkRefused, lock_number

if TYPE_CHECKING:
    from croisee.foundation.accounts.models import Account

Work = Callable[..., str | None]
logger = logging.getLogger("croisee.progress")


def background(function: Work) -> Work:
    """Declare `function(tracker, **arguments) -> address of the result or None`, of a module, as work.

    It runs in a worker, its arguments being what `start` was given (JSON: identifiers, never personal
    data). It calls `tracker.advance`, does its writing in one transaction so that it can start again after
    an interruption, and raises WorkRefused with a sentence for its starter when it cannot be done.
    """
    function.is_background_work = True  # type: ignore[attr-defined]  # a mark on the function
    return function


def start(work: Work, account: "Account | None", title: str, *, key: str = "", **arguments: Any) -> Progress:
    """Have `work` done in the background for `account`, once the present transaction is committed.

    With a `key`, work of that key which is still unfinished is returned instead of starting a second.
    """
    path = f"{work.__module__}.{work.__qualname__}"
    if not getattr(work, "is_background_work", False):
        raise TypeError(f"{path} is not declared with @background")
    with transaction.atomic():
        _hold(key)
        if key and (unfinished := Progress.objects.unfinished().filter(key=key).first()):
            return unfinished
        progress = Progress.objects.create(
            account=account, title=title[:200], work=path, arguments=arguments, key=key
        )
        run.enqueue(str(progress.pk))
    return progress


def _hold(key: str) -> None:
    """Make others who start work of this key wait for the end of the transaction."""
    hold([f"progress:{key}"])


@task
def run(progress_id: str) -> None:
    """The one task of the queue: does the work of a progress row, and records how it ended."""
    rows = Progress.objects.filter(pk=progress_id)
    with Tracker(
        UUID(progress_id)
    ) as tracker:  # its lock comes before the state: a running row is always held
        now = timezone.now()
        if rows.filter(state=State.WAITING).update(state=State.RUNNING, started_at=now, updated_at=now):
            progress = rows.select_related("account").get()
            with translation.override(progress.account.language if progress.account else None):
                ended = _outcome(progress, tracker)
            now = timezone.now()
            rows.filter(state=State.RUNNING).update(**ended, finished_at=now, updated_at=now)


def _outcome(progress: Progress, tracker: Tracker) -> dict[str, Any]:
    """Run the work; return the columns that say how it ended."""
    try:
        url = import_string(progress.work)(tracker, **progress.arguments)
    except Cancelled:
        return {"state": State.CANCELLED}
    except WorkRefused as refused:
        return {"state": State.FAILED, "problem": str(refused)}
    except Exception as error:
        # The message of an exception may quote a person's data: only its kind and place go to the log.
        reference = secrets.token_hex(4)
        place = _innermost_frame(error)
        logger.error(
            "work %s failed, reference %s: %s at %s", progress.work, reference, type(error).__name__, place
        )
        problem = _("An unexpected error stopped this work; nothing was half written.")
        return {"state": State.FAILED, "problem": problem, "error_reference": reference}
    return {"state": State.DONE, "result_url": url or ""}


def _innermost_frame(error: BaseException) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"


def cancel(progress: Progress) -> None:
    """Ask the work to stop; at once when no worker has begun it, else at its next step."""
    now = timezone.now()
    rows = Progress.objects.filter(pk=progress.pk)
    if not rows.filter(state=State.WAITING).update(state=State.CANCELLED, finished_at=now, updated_at=now):
        rows.filter(state=State.RUNNING).update(cancel_requested=True, updated_at=now)


def start_again(progress: Progress) -> bool:
    """Put failed or cancelled work back in the queue.

    False when it is not (any more) in such a state, or when other work of its key is under way.
    """
    with transaction.atomic():
        _hold(progress.key)
        if progress.key and Progress.objects.unfinished().filter(key=progress.key).exists():
            return False
        restarted = Progress.objects.filter(pk=progress.pk, state__in=[State.FAILED, State.CANCELLED]).update(
            state=State.WAITING,
            done=0,
            total=None,
            message="",
            problem="",
            error_reference="",
            cancel_requested=False,
            started_at=None,
            finished_at=None,
            updated_at=timezone.now(),
        )
        if restarted:
            run.enqueue(str(progress.pk))
    return bool(restarted)


def mark_interrupted(progress_id: UUID | None = None) -> int:
    """Mark as failed the running work that no worker holds any more; return how many.

    A worker holds an advisory lock during its work; a lock that can be had means that the worker is gone.
    """
    running = Progress.objects.filter(state=State.RUNNING)
    if progress_id:
        running = running.filter(pk=progress_id)
    return sum(_interrupted(pk) for pk in running.values_list("pk", flat=True))


def _interrupted(progress_id: UUID) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock_number(progress_id)])
            (abandoned,) = cursor.fetchone() or (False,)
        if not abandoned:
            return 0
        now = timezone.now()
        problem = _("The work was interrupted before its end; nothing was half written. It can start again.")
        # The queue's own row would say "running" for ever: its worker is gone.
        DBTaskResult.objects.running().filter(args_kwargs__args=[str(progress_id)]).update(
            status=TaskResultStatus.FAILED, finished_at=now
        )
        return Progress.objects.filter(pk=progress_id, state=State.RUNNING).update(
            state=State.FAILED, problem=problem, finished_at=now, updated_at=now
        )
