"""The process that does background work: in the foreground for `croisee work`, or beside a server."""

import atexit
import os
import signal
import subprocess
import sys
import threading
from typing import IO

from django.core.management import call_command

from croisee.foundation.progress.services import mark_interrupted

SECONDS_TO_STOP = 10


def work(*, batch: bool = False, interval: float = 1.0, verbosity: int = 1) -> None:
    """Do background work until told to stop (SIGTERM, SIGINT); with `batch`, until the queue is empty.

    With a verbosity of 0 the queue does not name each task; failures are logged all the same.
    """
    mark_interrupted()
    call_command(
        "db_worker",
        queue_name="*",
        batch=batch,
        interval=interval,
        startup_delay=False,
        reload=False,
        verbosity=verbosity,
    )


def run_in_background() -> subprocess.Popen[bytes]:
    """Start `croisee work` beside this process; it ends with it, however this process ends.

    The worker reads from a pipe that only this process holds: its closing tells the worker to stop.
    """
    command = [sys.executable, "-m", "croisee", "work", "--until-input-ends", "--interval", "0.5", "-v", "0"]
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    atexit.register(stop, worker)
    return worker


def stop(worker: subprocess.Popen[bytes]) -> None:
    """Let the worker end the task it is doing, at most ten seconds."""
    if worker.stdin and not worker.stdin.closed:
        worker.stdin.close()
    try:
        worker.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def stop_when_closed(stream: IO[bytes]) -> None:
    """Send this process SIGTERM once `stream` is at its end."""

    def wait() -> None:
        stream.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True, name="parent watch").start()
