"""A lifecycle tried in every state by everyone, through our door and behind our back."""

import itertools
from pathlib import Path

import pytest
from django.db import Error, connection, models, transaction
from django.template.loader import render_to_string
from django.test.utils import isolate_apps

from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.lifecycles.declaration import REGISTERED
from croisee.foundation.lifecycles.handbook import page
from croisee.foundation.lifecycles.models import StateChange
from croisee.foundation.lifecycles.queries import available, history
from croisee.foundation.lifecycles.services import TransitionRefused, perform, perform_all
from croisee.foundation.progress.models import LIFECYCLE as PROGRESS
from croisee.foundation.progress.models import Progress
from croisee.foundation.records import Record

REPO = Path(__file__).resolve().parents[2]


class State(models.TextChoices):
    DRAFT = "draft", "Draft"
    CHECKED = "checked", "Checked"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


def has_title(offer, account):
    return None if offer.title else "Give it a title first."


TRANSITIONS = (
    Transition("check", "Check", (State.DRAFT,), State.CHECKED, roles=(Role.EMPLOYER, Role.CAMPAIGN_MANAGER)),
    Transition(
        "publish",
        "Publish",
        (State.CHECKED,),
        State.PUBLISHED,
        roles=(Role.CAMPAIGN_MANAGER,),
        check=has_title,
    ),
    Transition(
        "withdraw",
        "Withdraw",
        (State.CHECKED, State.PUBLISHED),
        State.WITHDRAWN,
        roles=(Role.EMPLOYER,),
        confirm="Nobody will see it any more. Withdraw it?",
    ),
    Transition("tidy", "Tidy away", (State.WITHDRAWN,), State.DRAFT),
)
PATHS = {
    State.DRAFT: (),
    State.CHECKED: ("check",),
    State.PUBLISHED: ("check", "publish"),
    State.WITHDRAWN: ("check", "withdraw"),
}


def declare(**changes):
    table = {"name": "tests.offer", "label": "Offer", "states": State, "initial": State.DRAFT}
    lifecycle = Lifecycle(**{**table, "transitions": TRANSITIONS, **changes})
    REGISTERED.pop(lifecycle.name)
    return lifecycle


@pytest.fixture
def offers(db, monkeypatch):
    """A table of offers that live as declared above."""
    declared = declare()
    monkeypatch.setitem(REGISTERED, declared.name, declared)
    with isolate_apps("croisee.foundation.lifecycles"):

        class Offer(Record):
            lifecycle = declared
            title = models.CharField(max_length=50, default="Baker for a week")
            state = declared.field()

            class Meta:
                app_label = "lifecycles"
                constraints = declared.constraints()

    with connection.schema_editor() as editor:
        editor.create_model(Offer)
    for trigger in declared.triggers():
        trigger.install(Offer)
    return Offer


def brought_to(offers, state, **fields):
    offer = offers.objects.create(**fields)
    for name in PATHS[state]:
        perform(offer, name, None)
    assert offer.state == state
    return offer


class TestEveryStateTransitionAndRole:
    @pytest.mark.parametrize("role", [*Role, None])
    def test_through_our_door(self, offers, account_of, role):
        account = account_of(role)
        for state, transition in itertools.product(State, TRANSITIONS):
            offer = brought_to(offers, state)
            if state in transition.origins and role in transition.roles:
                change = perform(offer, transition.name, account)
                assert (change.origin, change.target, change.account) == (state, transition.target, account)
                expected = transition.target
            else:
                with pytest.raises(TransitionRefused) as refused:
                    perform(offer, transition.name, account)
                assert str(transition.label) in refused.value.reason
                expected = state
            assert offers.objects.get(pk=offer.pk).state == expected

    @pytest.mark.parametrize("role", [*Role, None])
    def test_buttons_are_what_can_be_done(self, offers, account_of, role):
        account = account_of(role)
        for state in State:
            names = [action.transition.name for action in available(brought_to(offers, state), account)]
            assert names == [t.name for t in TRANSITIONS if state in t.origins and role in t.roles]

    def test_behind_our_back(self, offers):
        allowed = {(origin, t.target) for t in TRANSITIONS for origin in t.origins}
        for origin, target in itertools.product(State, State):
            offer = brought_to(offers, origin)
            table, assign = (
                offers._meta.db_table,
                f"UPDATE {offers._meta.db_table} SET state = %s WHERE id = %s",
            )
            assert table == "lifecycles_offer"
            if origin == target or (origin, target) in allowed:
                with connection.cursor() as cursor:
                    cursor.execute(assign, [target, offer.pk])
            else:
                with pytest.raises(Error, match="Invalid transition"), transaction.atomic():
                    offers.objects.filter(pk=offer.pk).update(state=target)

    @pytest.mark.parametrize("state", [State.CHECKED, State.PUBLISHED, State.WITHDRAWN])
    def test_none_begins_elsewhere(self, offers, state):
        with pytest.raises(Error, match="Cannot insert"), transaction.atomic():
            offers.objects.create(state=state)

    def test_no_state_of_ones_own(self, offers):
        offer = offers.objects.create()
        with pytest.raises(Error), transaction.atomic():
            offers.objects.filter(pk=offer.pk).update(state="lost")


class TestChecks:
    def test_the_reason_is_told(self, offers, campaign_manager):
        offer = brought_to(offers, State.CHECKED, title="")
        with pytest.raises(TransitionRefused, match="Give it a title first"):
            perform(offer, "publish", campaign_manager)
        assert [action.reason for action in available(offer, campaign_manager)] == ["Give it a title first."]

    def test_the_software_is_checked_too(self, offers):
        with pytest.raises(TransitionRefused):
            perform(brought_to(offers, State.CHECKED, title=""), "publish", None)

    def test_unknown_transition(self, offers):
        with pytest.raises(KeyError):
            perform(offers.objects.create(), "explode", None)


class TestAllAtOnce:
    def test_every_row_moves_and_is_logged(self, offers, employer):
        for title in ("One", "Two"):
            offers.objects.create(title=title)
        assert perform_all(offers.objects.all(), "check", employer, title="Renamed") == 2
        assert set(offers.objects.values_list("state", "title")) == {(State.CHECKED, "Renamed")}
        assert StateChange.objects.filter(account=employer, transition="check").count() == 2

    def test_one_that_cannot_move_stops_them_all(self, offers, campaign_manager):
        for title in ("One", ""):
            brought_to(offers, State.CHECKED, title=title)
        with pytest.raises(TransitionRefused, match="title"):
            perform_all(offers.objects.all(), "publish", campaign_manager)
        assert set(offers.objects.values_list("state", flat=True)) == {State.CHECKED}

    def test_another_role_or_state_is_refused(self, offers, family, employer):
        brought_to(offers, State.PUBLISHED, title="One")
        for account in (family, employer):
            with pytest.raises(TransitionRefused):
                perform_all(offers.objects.all(), "check", account)

    def test_as_many_queries_for_many_rows(self, offers, django_assert_num_queries):
        assert perform_all(offers.objects.none(), "check", None) == 0
        for number in range(3):
            offers.objects.create(title=str(number))
        with django_assert_num_queries(5):  # lock, update, log; the savepoint
            perform_all(offers.objects.all(), "check", None)


class TestLog:
    def test_who_when_from_to(self, offers, employer):
        offer = offers.objects.create()
        perform(offer, "check", employer)
        perform(offer, "withdraw", employer)
        rows = [(row.origin, row.target, row.account) for row in history(offer)]
        assert rows == [("draft", "checked", employer), ("checked", "withdrawn", employer)]
        assert history(offer).first().target_label == "Checked"
        assert history(offer).first().declared.label == "Check"

    def test_a_refused_move_leaves_no_row(self, offers, family):
        offer = offers.objects.create()
        with pytest.raises(TransitionRefused):
            perform(offer, "check", family)
        assert not history(offer).exists()

    @pytest.mark.parametrize(
        "statement", ["UPDATE lifecycles_statechange SET target = 'x'", "DELETE FROM lifecycles_statechange"]
    )
    def test_rows_stay(self, offers, employer, statement):
        perform(offers.objects.create(), "check", employer)
        with pytest.raises(Error, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_erasing_an_account_keeps_the_row(self, offers, employer):
        perform(offers.objects.create(), "check", employer)
        StateChange.objects.update(account=None)
        assert StateChange.objects.get().account is None


class TestTemplates:
    def test_buttons(self, offers, employer):
        offer = brought_to(offers, State.CHECKED)
        html = render_to_string(
            "lifecycles/buttons.html", {"actions": available(offer, employer), "action_url": "/x/"}
        )
        assert 'value="withdraw"' in html
        assert "Nobody will see it any more" in html

    def test_history(self, offers, employer):
        offer = brought_to(offers, State.WITHDRAWN)
        html = render_to_string("lifecycles/history.html", {"changes": history(offer)})
        assert html.count("<li>") == 2


class TestDeclaration:
    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"transitions": (*TRANSITIONS, TRANSITIONS[0])}, "same name"),
            ({"transitions": (*TRANSITIONS, Transition("fly", "Fly", ("sky",), "draft"))}, "unknown states"),
            ({"transitions": TRANSITIONS[:2]}, "nothing leads to"),
            ({"initial": "nowhere"}, "unknown states"),
        ],
    )
    def test_a_table_that_contradicts_itself(self, changes, message):
        with pytest.raises(ValueError, match=message):
            declare(**changes)

    def test_the_documentation_is_the_tables(self):
        assert (REPO / "docs/lifecycles.md").read_text() == page(), (
            "run: croisee lifecycles > docs/lifecycles.md"
        )

    def test_every_registered_model_has_its_guards(self):
        for lifecycle in REGISTERED.values():
            [model] = [m for m in _models() if getattr(m, "lifecycle", None) is lifecycle]
            assert {"state_begins", "state_moves"} <= {trigger.name for trigger in model._meta.triggers}
            names = {constraint.name for constraint in model._meta.constraints}
            assert lifecycle.constraints()[0].name in names


def _models():
    from django.apps import apps

    return apps.get_models()


@pytest.mark.django_db
def test_progress_moves_as_its_table_says():
    allowed = {(str(o), str(t.target)) for t in PROGRESS.transitions for o in t.origins}
    reach = {"waiting": [], "running": ["running"], "done": ["running", "done"], "failed": ["failed"]}
    reach["cancelled"] = ["cancelled"]
    for origin, target in itertools.product(PROGRESS.states.values, repeat=2):
        row = Progress.objects.create(title="x", work="x")
        for state in reach[origin]:
            Progress.objects.filter(pk=row.pk).update(state=state)
        if origin == target or (origin, target) in allowed:
            Progress.objects.filter(pk=row.pk).update(state=target)
        else:
            with pytest.raises(Error), transaction.atomic():
                Progress.objects.filter(pk=row.pk).update(state=target)
