"""Figures of fewer than five pupils stay with those who see the pupils anyway."""

import json
from collections.abc import Callable

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from croisee.foundation.accounts.models import Account
from croisee.stages.cards import rounds as cards
from croisee.stages.models import Campaign, Round
from croisee.stages.queries import campaigns
from croisee.stages.queries import rounds as queries
from croisee.stages.queries.balance import Line, _shown
from croisee.stages.small_counts import FEWEST, is_hidden, merged, shareable, shown
from tests.stages.test_rounds import computed, manager, published

__all__ = ["computed", "manager", "published"]


@given(whole=st.integers(0, 60), data=st.data())
def test_what_is_shown_is_exact_or_leaves_at_least_five_possibilities(
    whole: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(0, whole))
    with translation.override("en"):
        text = shown(part, whole)
        others = [other for other in range(whole + 1) if shown(other, whole) == text]
    if is_hidden(part, whole):
        assert text != str(part)
        assert len(others) >= min(FEWEST - 1, whole + 1)
        if text.startswith("more than "):
            assert part > int(text.removeprefix("more than "))
        else:
            assert part < int(text.removeprefix("fewer than "))
    else:
        assert text == str(part)


@given(st.lists(st.integers(0, 30), max_size=8))
def test_lines_that_are_merged_add_up_and_none_is_small(counts: list[int]) -> None:
    lines = [(f"wish {number}", count) for number, count in enumerate(counts)]
    found = merged(lines, "others")
    assert not any(0 < count < FEWEST for _label, count in found)
    missing = sum(counts) - sum(count for _label, count in found)
    assert missing == 0 or sum(counts) < FEWEST


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8))
def test_hidden_lines_of_a_balance_are_not_found_from_the_total(counts: list[int]) -> None:
    lines = _shown(
        [Line(str(number), wishes=count) for number, count in enumerate(counts)], "wishes", exact=False
    )
    hidden = [count for count, line in zip(counts, lines, strict=True) if line.hidden]
    assert not any(0 < count < FEWEST and not line.hidden for count, line in zip(counts, lines, strict=True))
    if hidden and len(hidden) < sum(1 for count in counts if count):
        assert len(hidden) > 1
        assert sum(hidden) >= FEWEST


@pytest.mark.parametrize(
    ("offered", "confirmed", "signed"), [(10, 18, 18), (15, 10, 8), (28, 2, 0), (0, 30, 27)]
)
@pytest.mark.django_db
def test_figures_of_a_campaign_do_not_tell_of_a_few_by_subtraction(
    monkeypatch: pytest.MonkeyPatch, offered: int, confirmed: int, signed: int
) -> None:
    counts = {"pupils": 30, "wishing": 30, "offers": 1, "seats": 30, "reserved": 0}
    counts |= {"offered": offered, "confirmed": confirmed}
    monkeypatch.setattr(QuerySet, "aggregate", lambda _rows, **asked: {name: counts[name] for name in asked})
    monkeypatch.setattr(QuerySet, "count", lambda _rows: signed)
    with translation.override("en"):
        told = {figure.label: figure.text for figure in campaigns.figures(Campaign(), exact=False)}
    left = 30 - offered - confirmed
    exact = told["places to be confirmed"].isdigit() and told["places confirmed"].isdigit()
    assert not (exact and 0 < left < FEWEST)
    unsigned = confirmed - signed
    assert not (
        told["conventions signed"].isdigit() and told["places confirmed"].isdigit() and 0 < unsigned < FEWEST
    )


def group(pupils: int, placed: int) -> dict[str, object]:
    some = {"first": placed // 2, "top": placed // 2 + 1, "mean_rank": 1.5, "reserved_seats": 0}
    return {"pupils": pupils, "placed": placed, **some}


@pytest.mark.parametrize(
    ("protected", "others", "dashes"),
    [
        (group(40, 30), group(60, 40), False),
        (group(40, 38), group(60, 40), True),  # two protected pupils without a place
        (group(40, 30), group(60, 58), True),  # two others: protected ones follow by subtraction
        (group(3, 3), group(60, 40), True),
        (group(0, 0), group(60, 40), False),
    ],
)
def test_a_pair_is_shown_whole_or_not_at_all(
    protected: dict[str, object], others: dict[str, object], dashes: bool
) -> None:
    round_ = Round(summary={"result": {"protected": protected, "others": others}})
    placed = queries.gap(round_, exact=False)[1]
    assert all(cell == "–" for cell in placed.cells) == dashes
    assert all(cell != "–" for cell in queries.gap(round_, exact=True)[1].cells) or protected["pupils"] == 0


def test_a_certificate_goes_out_whole_when_its_counts_are_large_and_without_them_otherwise() -> None:
    names = ("placed_on_own_wishes_alone", "from_wishes", "beyond_wishes", "first_wish", "on_reserved_seats")
    counts = {"pupils": 100, "protected": 40, "placed": 70, "placed_protected": 30} | dict.fromkeys(names, 20)
    whole = {"seed": 1, "counts": counts}
    assert shareable(whole) == whole
    assert shareable({**whole, "counts": {**counts, "placed_protected": 38}}) == {"seed": 1, "counts": {}}
    assert whole["counts"] is counts


@pytest.mark.django_db
def test_officials_and_heads_read_no_figure_of_a_few_pupils_and_managers_do(
    published: Round, manager: Client, official: Account, sign_in: Callable[[Account], Client]
) -> None:
    reader = sign_in(official)
    addresses = [
        reverse(f"stages:{name}", args=[published.pk]) for name in ("round", "fairness", "certificate")
    ]
    overview, fairness, certificate = (reader.get(url).content.decode() for url in addresses)
    assert "moins de 5" in overview
    assert "75" not in overview.partition("<dl")[2].partition("<h2>")[0]
    assert "moins de cinq élèves" in fairness
    assert '<td class="num">–</td>' in fairness
    assert json.loads(certificate)["counts"] == {}
    assert "moins de 5" in str(cards.rounds(official).text)
    assert "moins de 5" in reader.get(reverse("stages:rounds")).content.decode()
    offers = reverse("stages:offers", args=[published.pk])
    assert "moins de 5" in reader.get(offers).content.decode()
    assert "moins de 5" not in manager.get(offers).content.decode()
    exact = [manager.get(url).content.decode() for url in addresses]
    assert "moins de 5" not in exact[0]
    assert json.loads(exact[2])["counts"]["pupils"] == 4
