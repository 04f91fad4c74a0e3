"""The `croisee` command: our commands first, in the terminal's language; the doctor; translations."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from croisee.project import health, messages
from croisee.project.cli import CroiseeUtility, terminal_language
from croisee.project.environment import database, secret_key, smtp

HELD = ["demo", "doctor", "establish", "messages", "signin", "stages", "territory", "up", "work", "zones"]


def croisee(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does; no database can be reached."""
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", **environment}
    command = [sys.executable, "-m", "croisee", *words]
    return subprocess.run(command, env={**os.environ, **nowhere}, capture_output=True, text=True, check=False)


def test_help_lists_our_commands_before_those_of_libraries() -> None:
    text = CroiseeUtility(["croisee"]).main_help_text()
    ours, others = text.split("[", 1)
    assert all(f"  {name} " in ours for name in HELD)
    assert "migrate" in others


@pytest.mark.parametrize(
    ("locale", "language"), [("fr_FR.UTF-8", "fr"), ("en_GB.UTF-8", "en"), ("C.UTF-8", "fr")]
)
def test_the_terminal_s_language_is_spoken(
    monkeypatch: pytest.MonkeyPatch, locale: str, language: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert terminal_language() == language


def test_every_command_explains_itself_without_a_database() -> None:
    for language, word in (("fr_FR.UTF-8", "installation"), ("en_GB.UTF-8", "mend")):
        done = croisee("doctor", "--help", LC_ALL=language)
        assert done.returncode == 0, done.stderr
        assert word in done.stdout


def test_the_doctor_names_an_unreachable_database_and_the_remedy() -> None:
    done = croisee("doctor", LC_ALL="en_GB.UTF-8")
    assert done.returncode == 1
    assert "Check DATABASE_URL" in done.stdout
    assert "Traceback" not in done.stderr


def test_without_a_database_commands_that_need_one_say_so() -> None:
    done = croisee("territory", "status", LC_ALL="fr_FR.UTF-8")
    assert done.returncode == 1
    assert "La base de données ne répond pas" in done.stderr
    assert "croisee doctor" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.django_db
def test_the_doctor_finds_nothing_wrong_with_the_database_of_tests() -> None:
    found = {
        finding.name: finding.remedy for finding in (health.database(), health.migrations(), health.python())
    }
    assert set(found.values()) == {None}


def test_a_check_that_breaks_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> health.Finding:
        raise RuntimeError("the thermometer is broken")

    monkeypatch.setattr(health, "CHECKS", (broken,))
    (finding,) = health.examine()
    assert "thermometer" in finding.seen
    assert finding.remedy


def test_libraries_unlike_the_lock_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_installed", lambda name: "0.0.0" if name == "django" else None)
    assert "django" in health.libraries().seen


@pytest.mark.skipif(
    not messages.gettext_is_here(), reason="GNU gettext is not installed: French not held against the sources"
)
def test_every_sentence_has_one_french() -> None:
    assert messages.gaps() == []


def test_without_gettext_the_check_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "gettext_is_here", lambda: False)
    with pytest.raises(CommandError, match="gettext"), translation.override("en"):
        call_command("messages", "--check")


def test_a_changed_catalogue_is_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "locale/fr/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid "bread"\nmsgstr "pain"\n', encoding="utf-8")
    monkeypatch.setattr(messages, "PACKAGE", tmp_path)
    assert messages.compile_all() == 1
    assert b"pain" in (folder / "django.mo").read_bytes()
    assert messages.compile_all() == 0


def test_the_secret_key_is_made_once_and_kept_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROISEE_VAR", str(tmp_path))
    monkeypatch.delenv("CROISEE_SECRET_KEY", raising=False)
    assert secret_key() == secret_key()
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_the_database_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:p%40ss@db.example.org:5433/mine?sslmode=require")
    assert database() == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "mine",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.example.org",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }
    monkeypatch.setenv("DATABASE_URL", "mysql://db/mine")
    with pytest.raises(ValueError, match="postgresql"):
        database()


def test_the_mail_server_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", "smtp://user:pass@smtp.example.org:587?starttls=1")
    settings = smtp()
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"]) == ("smtp.example.org", 587)
    assert (settings["EMAIL_USE_TLS"], settings["EMAIL_USE_SSL"]) == (True, False)


def test_prepare_uses_the_engines_once() -> None:
    out = StringIO()
    call_command("prepare", stdout=out)
    assert out.getvalue().strip()
