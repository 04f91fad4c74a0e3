"""Background work: seen while it goes on, refused, failed, cancelled, killed and started again."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from croisee.foundation.accounts.models import Account
from croisee.foundation.lifecycles.models import StateChange
from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.foundation.progress import services
from croisee.foundation.progress.models import Progress, State
from croisee.foundation.progress.services import background, run, start
from croisee.foundation.progress.tracking import Tracker, WorkRefused

AT_A_STEP = threading.Event()
GO_ON = threading.Event()


@background
def count(tracker, upto):
    for done in range(upto):
        tracker.advance(done + 1, upto, "counting")
    return "/result/"


@background
def refuse(tracker):
    raise WorkRefused("The file is gone: send it again.")


@background
def crash(tracker):
    raise RuntimeError("Zoé Martin, 12 rue de l’Épeule")


@background
def wait_in_a_transaction(tracker):
    with transaction.atomic():
        Account.objects.create_user("made@example.org")
        tracker.advance(3, 10, "half way")
        AT_A_STEP.set()
        GO_ON.wait(60)
        tracker.advance(4, 10, "further")


@background
def last_until_told(tracker, path):
    tracker.advance(1, 2, "waiting for a file")
    while not Path(path).exists():
        time.sleep(0.05)


def not_declared(tracker):
    return None


def state_of(progress):
    return Progress.objects.get(pk=progress.pk)


@pytest.fixture
def signed_in(client, employer):
    client.force_login(employer)
    return client


class TestOutcomes:
    def test_done(self, db, employer):
        progress = start(count, employer, "Counting", upto=1000)
        assert state_of(progress).state == State.WAITING
        run.call(str(progress.pk))
        ended = state_of(progress)
        assert (ended.state, ended.result_url, ended.percent) == (State.DONE, "/result/", 100)
        assert ended.started_at <= ended.finished_at

    def test_refused(self, db):
        progress = start(refuse, None, "Refused")
        run.call(str(progress.pk))
        assert (state_of(progress).state, state_of(progress).problem) == (
            State.FAILED,
            "The file is gone: send it again.",
        )

    def test_crashed_without_a_word_about_anyone(self, db, caplog):
        progress = start(crash, None, "Crashed")
        with caplog.at_level(logging.ERROR, "croisee.progress"):
            run.call(str(progress.pk))
        ended = state_of(progress)
        assert ended.state == State.FAILED
        assert ended.error_reference in caplog.text
        assert "RuntimeError" in caplog.text
        assert "Zoé" not in caplog.text + ended.problem + "".join(
            DBTaskResult.objects.values_list("traceback", flat=True)
        )

    def test_run_twice_works_once(self, db):
        progress = start(count, None, "Once", upto=1)
        run.call(str(progress.pk))
        finished = state_of(progress).finished_at
        run.call(str(progress.pk))
        assert state_of(progress).finished_at == finished

    def test_work_must_be_declared(self, db):
        with pytest.raises(TypeError, match="not_declared"):
            start(not_declared, None, "x")

    def test_undone_with_the_transaction_that_started_it(self, db):
        def fail_afterwards():
            with transaction.atomic():
                start(count, None, "x", upto=1)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_afterwards()
        assert not Progress.objects.exists()
        assert not DBTaskResult.objects.exists()


class TestKey:
    def test_the_same_work_is_not_started_twice(self, db):
        first = start(count, None, "x", key="round:1", upto=1)
        assert start(count, None, "x", key="round:1", upto=1) == first
        assert start(count, None, "x", key="round:2", upto=1) != first
        run.call(str(first.pk))
        assert start(count, None, "x", key="round:1", upto=1) != first

    @pytest.mark.django_db(transaction=True)
    def test_nor_by_eight_clicks_at_once(self):
        def click(_number):
            try:
                return start(count, None, "x", key="round:1", upto=1).pk
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(click, range(8)))) == 1
        assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestSeenFromOutside:
    def run_in_thread(self, progress):
        AT_A_STEP.clear()
        GO_ON.clear()

        def work():
            try:
                run.call(str(progress.pk))
            finally:
                connection.close()

        thread = threading.Thread(target=work)
        thread.start()
        assert AT_A_STEP.wait(60)
        return thread

    def test_progress_is_seen_while_the_work_is_not_committed(self):
        progress = start(wait_in_a_transaction, None, "Long")
        thread = self.run_in_thread(progress)
        seen = state_of(progress)
        assert (seen.state, seen.done, seen.total, seen.message) == (State.RUNNING, 3, 10, "half way")
        assert not Account.objects.exists()
        assert services.mark_interrupted(progress.pk) == 0
        GO_ON.set()
        thread.join()
        assert state_of(progress).state == State.DONE
        assert Account.objects.exists()

    def test_cancelled_at_the_next_step_and_nothing_changed(self):
        progress = start(wait_in_a_transaction, None, "Long")
        thread = self.run_in_thread(progress)
        services.cancel(progress)
        GO_ON.set()
        thread.join()
        assert state_of(progress).state == State.CANCELLED
        assert not Account.objects.exists()

    def test_writes_are_few(self):
        ticks = iter(x / 1000 for x in range(100_000))
        progress = Progress.objects.create(title="x", work="x")
        Progress.objects.update(state=State.RUNNING)
        writes = []
        with Tracker(progress.pk, clock=lambda: next(ticks)) as tracker:
            cursor = tracker._connection.cursor
            tracker._connection.cursor = lambda: writes.append(1) or cursor()
            for done in range(10_000):  # ten seconds by that clock
                tracker.advance(done, 10_000, "rows")
        assert 20 <= len(writes) <= 26

    def test_two_clicks_make_one_move(self):
        progress = Progress.objects.create(title="x", work="x")

        def click(_number):
            try:
                perform(Progress.objects.get(pk=progress.pk), "begin", None)
            except TransitionRefused:
                return 0
            else:
                return 1
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(click, range(6))) == 1
        assert StateChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestWorkerProcess:
    @pytest.fixture
    def worker(self):
        """`worker(*options)` starts `croisee work` on the test's database."""
        params = connection.get_connection_params()
        url = f"postgresql://{params['user']}@/{params['dbname']}?host={params['host']}"
        here = os.fspath(Path(__file__).parent)
        environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": here}
        environment["DJANGO_SETTINGS_MODULE"] = "croisee.project.settings"
        started = []

        def start_worker(*options):
            command = [sys.executable, "-m", "croisee", "work", "--interval", "0.1", *options]
            started.append(subprocess.Popen(command, env=environment, stdin=subprocess.PIPE))
            return started[-1]

        yield start_worker
        for process in started:
            process.kill()
            process.wait()
            process.stdin.close()

    def wait_for(self, progress, state):
        for _ in range(200):
            if state_of(progress).state == state:
                return
            time.sleep(0.1)
        pytest.fail(f"still {state_of(progress).state}, not {state}")

    def wait_until_the_page_says(self, client, progress, state):
        """The database ends the session of a killed process, and frees its lock, in its own time."""
        for _ in range(200):
            said = client.get(progress.get_absolute_url()).context["progress"].state
            if said == state:
                return
            time.sleep(0.1)
        pytest.fail(f"the page still says {said}, not {state}")

    def test_killed_then_started_again(self, worker, tmp_path, client):
        account = Account.objects.create_user("someone@example.org")
        client.force_login(account)
        told = tmp_path / "told"
        progress = start(last_until_told, account, "Long", path=os.fspath(told))
        process = worker()
        self.wait_for(progress, State.RUNNING)
        assert client.get(progress.get_absolute_url()).context["progress"].state == State.RUNNING
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.wait_until_the_page_says(client, progress, State.FAILED)
        assert DBTaskResult.objects.get().status == "FAILED"
        client.post(reverse("progress:start_again", args=[progress.pk]))
        assert state_of(progress).state == State.WAITING
        told.touch()
        assert worker("--batch").wait(60) == 0
        assert state_of(progress).state == State.DONE

    def test_ends_with_whoever_started_it(self, worker):
        process = worker("--until-input-ends")
        progress = start(count, None, "x", upto=1)
        self.wait_for(progress, State.DONE)
        process.stdin.close()
        assert process.wait(60) == 0


class TestPages:
    def test_page_and_fragment(self, signed_in, employer):
        progress = start(count, employer, "Counting", upto=1)
        page = signed_in.get(progress.get_absolute_url()).content.decode()
        assert 'hx-trigger="every 1s"' in page
        assert '<noscript><meta http-equiv="refresh"' in page
        run.call(str(progress.pk))
        fragment = signed_in.get(reverse("progress:status", args=[progress.pk]), {"seen": "running:counting"})
        assert 'href="/result/"' in fragment.content.decode()
        assert "hx-trigger" not in fragment.content.decode()
        assert "hx-swap-oob" in fragment.content.decode()

    def test_a_step_is_announced_once(self, signed_in, employer):
        progress = start(count, employer, "Counting", upto=1)
        fragment = signed_in.get(reverse("progress:status", args=[progress.pk]), {"seen": "waiting:"})
        assert "hx-swap-oob" not in fragment.content.decode()

    def test_cancel_before_it_begins(self, signed_in, employer):
        progress = start(count, employer, "Counting", upto=1)
        signed_in.post(reverse("progress:cancel", args=[progress.pk]))
        run.call(str(progress.pk))
        assert state_of(progress).state == State.CANCELLED

    def test_not_started_again_beside_its_like(self, signed_in, employer):
        first = start(count, employer, "Counting", key="k", upto=1)
        services.cancel(first)
        start(count, employer, "Counting", key="k", upto=1)
        signed_in.post(reverse("progress:start_again", args=[first.pk]))
        assert state_of(first).state == State.CANCELLED

    @pytest.mark.parametrize("name", ["detail", "status", "cancel", "start_again"])
    def test_only_ones_own_and_administrators(self, sign_in, administrator, family, employer, name):
        progress = start(count, employer, "Counting", upto=1)
        address = reverse(f"progress:{name}", args=[progress.pk])
        method = "get" if name in {"detail", "status"} else "post"
        answers = {}
        for who in [family, administrator, employer]:
            answers[who.name] = getattr(sign_in(who), method)(address).status_code
        expected = 200 if method == "get" else 302
        assert answers == {family.name: 404, administrator.name: expected, employer.name: expected}
        assert getattr(Client(), method)(address).status_code == 302

    def test_mine(self, signed_in, employer):
        start(count, employer, "Counting", upto=1)
        start(count, None, "Somebody else’s", upto=1)
        page = signed_in.get(reverse("progress:mine")).content.decode()
        assert "Counting" in page
        assert "Somebody" not in page
