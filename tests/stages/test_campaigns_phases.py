"""Whatever its state and its dates, a campaign is in exactly one phase, and phases follow one another."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from croisee.stages.models import Campaign, CampaignState
from croisee.stages.phases import CONFIRMING, OFFERS_WELCOME, WISHES_OPEN, Phase, answer_by, phase, turn
from croisee.stages.services.campaigns import DATES, open_fields

START = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
ORDER = [
    Phase.ANNOUNCED,
    Phase.OPEN,
    Phase.CLOSED,
    Phase.CONFIRMING,
    Phase.BETWEEN,
    Phase.SECOND_OPEN,
    Phase.SECOND_CLOSED,
    Phase.SECOND_CONFIRMING,
    Phase.UNDER_WAY,
]
gaps = st.lists(st.integers(1, 60 * 24 * 40), min_size=len(DATES), max_size=len(DATES))
moments = st.integers(0, 60 * 24 * 400).map(lambda minutes: START + dt.timedelta(minutes=minutes))


def made(minutes: list[int], state: str = CampaignState.ANNOUNCED, published: int = 0) -> Campaign:
    """A campaign whose dates follow one another by so many minutes."""
    at, values = START, {}
    for name, gap in zip(DATES, minutes, strict=True):
        at += dt.timedelta(minutes=gap)
        values[name] = at
    return Campaign(state=state, published_turn=published, **values)


@given(gaps, st.sampled_from(CampaignState), st.sampled_from([0, 1, 2]), moments)
def test_one_phase_whatever_the_state_and_the_time(
    minutes: list[int], state: CampaignState, published: int, now: dt.datetime
) -> None:
    campaign = made(minutes, state, published)
    found = phase(campaign, now)
    assert found in Phase
    assert (found in ORDER) == (state == CampaignState.ANNOUNCED)
    if found in WISHES_OPEN:
        start, end = (
            (campaign.opens_at, campaign.closes_at)
            if turn(campaign) == 1
            else (campaign.second_opens_at, campaign.second_closes_at)
        )
        assert start <= now < end, "no wish is late, none is early"
    if found in CONFIRMING:
        assert now < answer_by(campaign, published)
    assert not {Phase.CLOSED, Phase.SECOND_CLOSED} & OFFERS_WELCOME, "seats hold still while places are given"


@given(gaps, moments, moments, st.integers(0, 2), st.integers(0, 2))
def test_phases_follow_one_another(
    minutes: list[int], one: dt.datetime, other: dt.datetime, published: int, later_published: int
) -> None:
    first, last = sorted((one, other))
    before, after = sorted((published, later_published))
    earlier = phase(made(minutes, published=before), first)
    later = phase(made(minutes, published=after), last)
    assert ORDER.index(earlier) <= ORDER.index(later)


@given(gaps, st.sampled_from([0, 1, 2]), moments)
def test_what_has_happened_is_not_dated_otherwise(
    minutes: list[int], published: int, now: dt.datetime
) -> None:
    campaign = made(minutes, published=published)
    for name in DATES[: {0: 0, 1: 3, 2: 7}[published]]:
        assert name not in open_fields(campaign, now)
    for name in DATES:
        if getattr(campaign, name) <= now and name in ("opens_at", "closes_at"):
            assert name not in open_fields(campaign, now)
