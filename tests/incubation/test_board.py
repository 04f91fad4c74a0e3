"""The board: what services do and refuse, who reads it, what is written to whom."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from croisee.foundation.accounts import privacy
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.foundation.notices.models import Ledger
from croisee.foundation.registry import personal_data
from croisee.incubation.models import Post, PostState, Reply, Space
from croisee.incubation.queries import board as queries
from croisee.incubation.services import board as services
from tests.incubation.advice_helpers import deliver_all, make_post
from tests.incubation_world import IncubationWorld, Side, make_agreement, make_project, make_space
from tests.journeys_world import make_person
from tests.world import TODAY, member

pytestmark = pytest.mark.django_db
UNTIL = TODAY + dt.timedelta(days=30)
VALUES: dict[str, Any] = {
    "kind": "request",
    "title": "Cherche un stand",
    "text": "À deux.",
    "expires_on": UNTIL,
}


def neighbour(side: Side, number: int = 1) -> tuple[Organisation, Account]:
    """Another company hosted today at the incubator of `side`, and who acts for it."""
    company = Organisation.objects.create(name=f"Voisine {number}", kind=Kind.EMPLOYER)
    account = member(Role.EMPLOYER, company, f"voisine{number}@example.org")
    project = make_project(side.incubator, make_person(500 + number), f"Voisine {number}", company=company)
    space: Space = make_space(side.incubator, f"Bureau V{number}")
    make_agreement(project, company, space)
    return company, account


def test_companies_hosted_today_and_managers_read_nobody_else(world: IncubationWorld) -> None:
    side = world.a
    post = make_post(side.incubator, side.tenant, organisation=side.company)
    _company, other = neighbour(side)
    for account in (side.tenant, side.manager, other):
        assert list(queries.on_board(account)) == [post]
    strangers = [world.b.tenant, world.b.manager, side.holders[1], side.expert.account]
    for account in strangers:
        assert not Post.objects.visible_to(account).exists()
    side.agreement.left_on = TODAY - dt.timedelta(days=1)
    side.agreement.save()
    assert not queries.boards_of(side.tenant).exists()
    assert not queries.on_board(side.tenant).exists()
    assert [one.pk for one in queries.on_board(other)] == [post.pk]


def test_a_notice_is_written_in_the_name_of_who_is_hosted(world: IncubationWorld) -> None:
    side = world.a
    post = services.publish(side.incubator, side.company, VALUES, side.tenant)
    assert (post.state, post.author, post.organisation) == ("open", side.tenant, side.company)
    with pytest.raises(ValidationError, match="not hosted there"):
        services.publish(world.b.incubator, side.company, VALUES, side.tenant)
    assert queries.voices_of(side.tenant) == [(side.incubator, side.company)]
    assert queries.voices_of(side.manager) == [(side.incubator, None)]
    assert queries.voices_of(side.holders[1]) == []
    for days in (-1, 184):
        with pytest.raises(ValidationError) as refused:
            services.publish(
                side.incubator, None, VALUES | {"expires_on": TODAY + dt.timedelta(days=days)}, side.manager
            )
        assert list(refused.value.message_dict) == ["expires_on"]


def test_answered_settled_opened_again_taken_down(world: IncubationWorld) -> None:
    side = world.a
    post = services.publish(side.incubator, side.company, VALUES, side.tenant)
    company, other = neighbour(side)
    services.answer(post, company, "Avec plaisir.", other)
    services.answer(post, side.company, "Merci !", side.tenant)
    rows = Ledger.objects.filter(notice="incubation.post_answered")
    assert [row.account for row in rows] == [side.tenant]
    services.move(post, "settle", side.tenant)
    with pytest.raises(ValidationError, match="is over"):
        services.answer(post, company, "Encore", other)
    with pytest.raises(ValidationError, match="open it again"):
        services.change(post, VALUES)
    Post.objects.filter(pk=post.pk).update(expires_on=TODAY - dt.timedelta(days=3))
    assert services.move(post, "reopen", side.tenant).expires_on == UNTIL
    with pytest.raises(TransitionRefused):
        services.move(post, "remove", side.holders[0])
    services.move(post, "remove", side.manager)
    assert Ledger.objects.filter(notice="incubation.post_removed", account=side.tenant).count() == 1
    assert not Post.objects.visible_to(other).exists()
    assert Post.objects.visible_to(side.tenant).count() == 1


def test_a_notice_is_not_changed_over_anothers_change(world: IncubationWorld) -> None:
    post = services.publish(world.a.incubator, None, VALUES, world.a.manager)
    seen = post.updated_at
    services.change(post, VALUES | {"title": "Cherche une camionnette"}, seen)
    with pytest.raises(ValidationError, match="changed meanwhile"):
        services.change(post, VALUES, seen)


def test_past_its_day_a_notice_is_settled_and_its_author_told_once(world: IncubationWorld) -> None:
    side = world.a
    past = make_post(side.incubator, side.tenant, expires_on=TODAY - dt.timedelta(days=1))
    make_post(side.incubator, side.tenant, expires_on=TODAY)
    assert (services.expire(timezone.now()), services.expire(timezone.now())) == (1, 0)
    past.refresh_from_db()
    assert past.state == PostState.SETTLED
    Account.objects.update(language="en")
    deliver_all()
    assert [one.subject for one in mail.outbox] == ["Your notice “Prête une perceuse” is no longer shown"]


def test_the_week_is_told_once_to_the_others(world: IncubationWorld) -> None:
    side = world.a
    _company, other = neighbour(side)
    monday = TODAY - dt.timedelta(days=TODAY.weekday())
    last_week = timezone.make_aware(dt.datetime.combine(monday - dt.timedelta(days=4), dt.time(9)))
    post = make_post(side.incubator, side.tenant, organisation=side.company)
    older = make_post(side.incubator, side.tenant, title="Ancienne")
    Post.objects.filter(pk=post.pk).update(created_at=last_week)
    Post.objects.filter(pk=older.pk).update(created_at=last_week - dt.timedelta(days=7))
    make_post(side.incubator, side.tenant, title="Cette semaine")
    now = timezone.now()
    assert services.digest(now) == 1
    assert services.digest(now) == 0
    Account.objects.update(language="en")
    deliver_all()
    assert [one.to for one in mail.outbox] == [[other.email]]
    text = mail.outbox[0].body
    assert "Traiteur A offers: Prête une perceuse" in text
    assert "Ancienne" not in text
    assert "Cette semaine" not in text


def test_personal_data_of_the_board_goes(world: IncubationWorld) -> None:
    side = world.a
    post = make_post(side.incubator, side.tenant)
    Reply.objects.create(post=post, author=side.manager, text="Bravo")
    kept = make_post(side.incubator, side.manager)
    mine = Reply.objects.create(post=kept, author=side.tenant, text="Moi")
    old = make_post(side.incubator, side.manager, expires_on=TODAY - dt.timedelta(days=400))
    rules = dict(personal_data.items())
    assert list(rules[Post].retention.expired(TODAY)) == [old]
    assert rules[Reply].export(mine)["text"] == "Moi"
    privacy.erase(side.tenant)
    assert set(Post.objects.all()) == {kept, old}
    assert not Reply.objects.exists()
