"""ROME codes: written, told in words, chosen in a form."""

from collections.abc import Callable

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from croisee.directory import rome
from croisee.directory.forms.jobs import JobField, JobsField
from croisee.directory.rome import JOBS, Trade
from croisee.foundation.accounts.models import Account


@pytest.fixture(autouse=True)
def in_english() -> object:
    with translation.override("en"):
        yield


class Wanted(forms.Form):
    jobs = JobsField()
    job = JobField()


def test_every_job_here_is_a_code_and_has_words() -> None:
    assert set(JOBS) == set(Trade)
    for code in {code for codes in JOBS.values() for code in codes}:
        rome.validate_code(code)
        assert rome.label_of(code).startswith(f"{code} (")
        assert code in rome.trade_jobs(code)
    assert set("ABCDEFGHIJKLMN") == set(rome.DOMAINS)


def test_codes_in_words() -> None:
    assert rome.label_of("F1606") == "F1606 (painting)"
    assert rome.label_of("D1106") == "D1106 (trade and sales)"
    assert rome.labels([]) == "–"
    assert rome.codes_in("f1606, K2204 (cleaning); f1606, Z1234") == ["F1606", "K2204"]
    assert rome.trade_jobs("D1106") == {"D1106"}
    assert [one.code for one in rome.suggested("paint")] == ["F1606"]


@pytest.mark.parametrize("text", ["", "F160", "F16066", "O1101", "F1606\n", "f1606"])
def test_what_is_no_code(text: str) -> None:
    assert not rome.is_code(text)
    with pytest.raises(ValidationError):
        rome.validate_code(text)


def test_the_fields_of_a_form() -> None:
    form = Wanted({"jobs": "F1606, k2204", "job": "f1606"})
    assert form.is_valid()
    assert form.cleaned_data == {"jobs": ["F1606", "K2204"], "job": "F1606"}
    assert Wanted({}).is_valid()
    wrong = Wanted({"jobs": "F1606, plumber", "job": "F1606, K2204"})
    assert not wrong.is_valid()
    assert "plumber" in wrong.errors["jobs"][0]
    assert wrong.errors["job"] == ["Write one code."]
    drawn = str(Wanted(initial={"jobs": ["F1606", "K2204"], "job": "F1606"}))
    assert 'value="F1606, K2204"' in drawn
    assert f'data-suggest="{reverse("directory:suggest_jobs")}"' in drawn
    kept = {"initial": {"jobs": ["F1606"], "job": "F1606"}}
    assert not Wanted({"jobs": "F1606", "job": "F1606"}, **kept).changed_data


def test_what_a_box_suggests(employer: Account, sign_in: Callable[[Account], Client]) -> None:
    client = sign_in(employer)
    for typed, value in (("f1606", "F1606"), ("K2204, f1606", "K2204, F1606")):
        page = client.post(reverse("directory:suggest_jobs"), {"q": typed}).content.decode()
        assert page.count("<li") == 1
        assert f'data-value="{value}"' in page
    assert "<li" not in client.post(reverse("directory:suggest_jobs"), {"q": "\0"}).content.decode()
