"""Campaigns on screen: prepared, announced, changed, followed, closed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from croisee.foundation import daily
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import TransitionRefused, perform
from croisee.foundation.notices.models import Ledger
from croisee.opportunities.models import Application
from croisee.stages.models import Campaign, CampaignState
from croisee.stages.queries import campaigns as queries
from croisee.stages.queries import schools
from croisee.stages.services import campaigns as services
from tests.world import NEXT_YEAR, World, make_campaign, make_world

pytestmark = pytest.mark.django_db

PAGES = ("campaign", "edit_campaign", "campaign_rules", "balance", "campaign_applications", "campaign_offers")


@pytest.fixture
def world() -> World:
    world = make_world()
    world.wish(0, 0, 1)
    world.wish(0, 2, 2)
    world.wish(1, 0, 1)
    return world


@pytest.fixture
def manager(world: World, sign_in: Callable[[Account], Client]) -> Client:
    return sign_in(world.manager)


def posted(values: dict[str, Any]) -> dict[str, str]:
    """Values as a form sends them."""
    return {name: _text(value) for name, value in values.items() if value is not None}


def _text(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
    return str(value)


def test_dates_are_proposed_from_the_school_year() -> None:
    values = services.proposal(dt.date(2026, 8, 20))
    assert values["school_year"] == "2026-2027"
    assert timezone.localtime(values["opens_at"]).isoformat() == "2026-10-05T08:00:00+02:00"
    moments = [values[name] for name in services.DATES]
    assert moments == sorted(moments)
    late = services.proposal(dt.date(2027, 1, 20))
    assert late["school_year"] == "2026-2027"
    assert timezone.localdate(late["opens_at"]) >= dt.date(2027, 2, 3)


def test_last_year_s_campaign_is_taken_up(world: World) -> None:
    values = services.proposal(dt.date(int(NEXT_YEAR[:4]), 9, 1), world.campaign)
    assert values["school_year"] == NEXT_YEAR
    assert values["list_length"] == world.campaign.list_length
    assert (
        timezone.localdate(values["closes_at"]) - timezone.localdate(world.campaign.closes_at)
    ).days == 364
    made = services.create(world.manager, values)
    assert made.state == CampaignState.DRAFT


def test_a_campaign_is_prepared_then_announced_on_screen(manager: Client, world: World) -> None:
    page = manager.get(reverse("stages:new_campaign"))
    assert page.status_code == 200
    values = posted(page.context["form"].initial) | {
        "list_length": "8", "reserved_share": "25", "limit_minutes": "45", "least_hours": "25"
    }  # fmt: skip
    response = manager.post(reverse("stages:new_campaign"), values)
    assert response.status_code == 302, response.context["form"].errors
    made = Campaign.objects.get(list_length=8)
    assert made.organisation == world.metropolis
    assert manager.get(made.get_absolute_url()).status_code == 200
    assert Client().get(reverse("stages:campaign_rules", args=[made.pk])).status_code == 404
    manager.post(reverse("stages:move_campaign", args=[made.pk]), {"transition": "announce"})
    made.refresh_from_db()
    assert made.state == CampaignState.ANNOUNCED
    assert Client().get(reverse("stages:campaign_rules", args=[made.pk])).status_code == 200
    told = set(
        Ledger.objects.filter(notice="stages.campaign_announced").values_list("account__email", flat=True)
    )
    assert {"head1@example.org", "employer1@example.org"} <= told


def test_dates_out_of_order_are_said_beside_the_field(manager: Client) -> None:
    values = posted(services.proposal(dt.date(2026, 9, 1)))
    values |= {"list_length": "8", "reserved_share": "25", "limit_minutes": "45", "least_hours": "25"}
    response = manager.post(reverse("stages:new_campaign"), values | {"closes_at": "2026-01-01T08:00"})
    assert "closes_at" in response.context["form"].errors
    assert "form" in response.context


def test_rules_hold_once_announced_dates_to_come_do_not(manager: Client, world: World) -> None:
    url = reverse("stages:edit_campaign", args=[world.campaign.pk])
    form = manager.get(url).context["form"]
    assert not {"list_length", "seed", "opens_at"} & set(form.fields)
    later = world.campaign.closes_at + dt.timedelta(hours=5)
    values = {name: getattr(world.campaign, name) for name in form.fields if name != "version"}
    response = manager.post(
        url, posted(values | {"closes_at": later, "list_length": 3}) | {"version": form.initial["version"]}
    )
    assert response.status_code == 302, response.context["form"].errors
    world.campaign.refresh_from_db()
    assert (world.campaign.closes_at - later).total_seconds() < 60
    assert world.campaign.list_length == 10
    assert Ledger.objects.filter(notice="stages.campaign_dates").exists()
    stale = manager.post(url, posted(values) | {"version": form.initial["version"]})
    assert stale.status_code == 200, "a form of before the change is refused"
    assert stale.context["form"].non_field_errors()
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=world.campaign.pk).update(list_length=3)


def test_a_date_is_not_put_into_the_past(world: World) -> None:
    version = services.version_of(world.campaign)
    with pytest.raises(ValidationError):
        services.change(world.campaign, {"closes_at": timezone.now() - dt.timedelta(hours=1)}, version)
    with pytest.raises(ValidationError):
        services.change(world.campaign, {"seed": 1}, version)


def test_places_to_confirm_keep_pace_with_the_calendar(world: World) -> None:
    place = Application.objects.get(person=world.pupils[1])
    Application.objects.filter(pk=place.pk).update(state="offered", answer_by=world.campaign.confirm_by)
    later = world.campaign.confirm_by + dt.timedelta(hours=3)
    services.change(world.campaign, {"confirm_by": later}, services.version_of(world.campaign))
    place.refresh_from_db()
    assert place.answer_by == later


def test_a_late_round_leaves_its_dates_open(world: World) -> None:
    late = make_campaign(world.metropolis, days=-25, name="Tard")
    assert "confirm_by" in services.open_fields(late)
    assert "closes_at" not in services.open_fields(late)
    Campaign.objects.filter(pk=late.pk).update(state=CampaignState.FINISHED)
    late.refresh_from_db()
    assert services.open_fields(late) == frozenset()


def test_announcing_too_late_is_refused(world: World) -> None:
    values = services.proposal(dt.date(2025, 9, 1))
    draft = services.create(world.manager, values)
    with pytest.raises(TransitionRefused):
        services.announce(draft, world.manager)


def test_a_campaign_with_a_confirmed_place_is_not_cancelled(world: World) -> None:
    place = Application.objects.get(person=world.pupils[1])
    perform(place, "offer", None)
    with pytest.raises(TransitionRefused):
        services.finish(world.campaign, world.manager)
    perform(place, "confirm", None)
    with pytest.raises(TransitionRefused):
        services.cancel(world.campaign, world.manager)
    world.campaign.refresh_from_db()
    assert world.campaign.state == CampaignState.ANNOUNCED
    services.finish(world.campaign, world.manager)
    assert not Application.objects.filter(state="asked").exists()


def test_cancelling_frees_what_nobody_confirmed_and_tells(world: World) -> None:
    perform(Application.objects.get(person=world.pupils[1]), "offer", None)
    services.cancel(world.campaign, world.manager)
    assert not Application.objects.holding().exists()
    assert world.period(0).taken == 0
    told = set(
        Ledger.objects.filter(notice="stages.campaign_cancelled").values_list("account__email", flat=True)
    )
    assert {"family1@example.org", "head1@example.org", "employer1@example.org"} <= told


@pytest.mark.parametrize("page", PAGES)
def test_each_page_in_each_language(
    manager: Client, world: World, page: str, django_assert_max_num_queries: Callable
) -> None:
    url = reverse(f"stages:{page}", args=[world.campaign.pk])
    for language in ("fr", "en"):
        with django_assert_max_num_queries(12):
            response = manager.get(url, headers={"accept-language": language})
        assert response.status_code == 200
    with django_assert_max_num_queries(12):
        assert manager.get(reverse("stages:campaigns")).status_code == 200


@pytest.mark.parametrize("by", ["sector", "week", "school", "neighbourhood"])
def test_balance_by_each_dimension(
    manager: Client, world: World, by: str, django_assert_max_num_queries: Callable
) -> None:
    url = reverse("stages:balance", args=[world.campaign.pk])
    with django_assert_max_num_queries(12):
        assert manager.get(url, {"by": by}).status_code == 200
    assert manager.get(url, {"by": by, "export": "csv"}).status_code == 200


def test_an_official_sees_figures_and_no_small_count(
    world: World, sign_in: Callable[[Account], Client]
) -> None:
    official = sign_in(world.official)
    for page in ("campaign", "balance"):
        assert official.get(reverse(f"stages:{page}", args=[world.campaign.pk])).status_code == 200
    for page in ("edit_campaign", "campaign_applications", "campaign_offers"):
        assert official.get(reverse(f"stages:{page}", args=[world.campaign.pk])).status_code == 404
    listing = official.get(reverse("stages:balance", args=[world.campaign.pk]), {"by": "school"}).context[
        "listing"
    ]
    assert all(line.pupils is None and line.wishes is None for line in listing.matching)


def test_nobody_else_opens_a_campaign(world: World, sign_in: Callable[[Account], Client]) -> None:
    for account in (world.heads[0], world.families[0], world.employers[0]):
        assert sign_in(account).get(reverse("stages:campaign", args=[world.campaign.pk])).status_code == 404


def test_lists_are_exported_by_reference(manager: Client, world: World) -> None:
    for page in ("campaign_applications", "campaign_offers"):
        url = reverse(f"stages:{page}", args=[world.campaign.pk])
        for kind in ("csv", "xlsx"):
            response = manager.get(url, {"export": kind})
            assert response.status_code == 200
        content = manager.get(url, {"export": "csv"}).content.decode()
        assert not any(pupil.family_name in content for pupil in world.pupils)


def test_the_current_campaign(world: World, account_of: Callable[..., Account]) -> None:
    assert queries.current(world.manager) == world.campaign
    assert queries.current(world.families[0]) == world.campaign
    Campaign.objects.update(state=CampaignState.CANCELLED)
    assert queries.current(world.manager) is None
    draft = services.create(world.manager, services.proposal(dt.date(2026, 9, 1)))
    assert queries.current(world.manager) == draft
    assert queries.current(account_of(Role.OFFICIAL)) is None


def test_a_school_is_in_the_campaign_of_its_classes(
    world: World, sign_in: Callable[[Account], Client]
) -> None:
    later = make_campaign(world.metropolis, days=5, name="Second campaign")
    head = world.heads[0]
    assert queries.current(world.manager) == later
    assert queries.current(head) == world.campaign
    assert queries.without_week(later) == []
    assert [row.name for row in schools.class_rows(world.campaign, head)] == ["3e 1"]
    assert schools.class_rows(later, head) == []
    page = sign_in(head).get(reverse("stages:school_campaign", args=[world.campaign.pk]))
    assert reverse("stages:school_campaign", args=[later.pk]) in page.content.decode()
    Campaign.objects.filter(pk=world.campaign.pk).update(state=CampaignState.CANCELLED)
    assert queries.current(head) == later
    assert [row.name for row in schools.class_rows(later, head)] == ["3e 1"]


def test_a_year_without_weeks_yet_is_worked_in_once_announced(world: World) -> None:
    Campaign.objects.update(state=CampaignState.FINISHED)
    coming = make_campaign(world.metropolis, days=300, school_year=NEXT_YEAR)
    assert queries.current(world.heads[0]) == coming


def test_a_round_is_computed_and_published_by_clicks(manager: Client, world: World) -> None:
    from croisee.foundation.progress.models import Progress
    from croisee.foundation.progress.services import run as work

    start = reverse("stages:start_round", args=[world.campaign.pk, 1])
    manager.post(start)
    assert not Progress.objects.exists(), "wishes are open"
    Campaign.objects.update(closes_at=timezone.now() - dt.timedelta(hours=1))
    assert start in manager.get(world.campaign.get_absolute_url()).content.decode()
    manager.post(start)
    work.call(str(Progress.objects.get().pk))
    round_ = world.campaign.rounds.get()
    for page in ("round", "pupils", "offers", "schools", "fairness", "certificate"):
        assert manager.get(reverse(f"stages:{page}", args=[round_.pk])).status_code == 200
    again = manager.post(reverse("stages:compute", args=[round_.pk]))
    assert again.status_code == 302
    manager.post(reverse("stages:change_state", args=[round_.pk]), {"transition": "publish"})
    round_.refresh_from_db()
    assert round_.published_at is not None
    assert Application.objects.holding().exists()
    manager.post(reverse("stages:compute", args=[round_.pk]))
    assert Progress.objects.count() == 2


def test_daily_work_that_fails_keeps_nothing_else_from_being_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(now: dt.datetime) -> int:
        raise ConnectionError("no answer")

    seen: list[dt.datetime] = []
    works = {"first": fail, "second": lambda now: seen.append(now) or 1}
    monkeypatch.setattr(daily, "_WORK", works)
    monkeypatch.setattr(daily, "_LABELS", dict.fromkeys(works, "What it counts"))
    with pytest.raises(ExceptionGroup) as failure:
        daily.due()
    assert len(seen) == 1
    [told] = failure.value.exceptions
    assert (type(told), told.__notes__) == (ConnectionError, ["What it counts"])


def test_daily_work_is_done_by_name_and_told_in_words(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert daily.due()["lapsed"] == 0
    with translation.override("fr"):
        call_command("stages", "due")
    said = capsys.readouterr().out
    assert "Places perdues, faute de confirmation à temps\N{NO-BREAK SPACE}: 0" in said
    assert "_" not in said


@pytest.mark.parametrize("state", [CampaignState.CANCELLED, CampaignState.FINISHED])
def test_a_campaign_that_is_over_has_no_next_thing(manager: Client, world: World, state: str) -> None:
    Campaign.objects.filter(pk=world.campaign.pk).update(state=state)
    page = manager.get(world.campaign.get_absolute_url())
    assert page.status_code == 200
    assert page.context["next"] is None
