"""Mentors: pairs ranked with reasons, accepted by both, met, ended; who sees what."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from croisee.apprenticeship.models import Mentor, MentorNote, Mentorship, MentorshipState
from croisee.apprenticeship.pairing import Candidate, Reason, rank
from croisee.apprenticeship.queries.mentoring import suggestions
from croisee.apprenticeship.services import mentoring
from croisee.directory.models import Contact
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.models import Ledger
from tests.apprenticeship.mentoring_helpers import make_mentor
from tests.journeys_world import JourneysWorld
from tests.world import TODAY, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

CANDIDATES = st.builds(
    Candidate,
    key=st.uuids(),
    jobs=st.lists(st.sampled_from(["F1606", "F1601", "G1602", "K2204"]), max_size=2),
    km=st.none() | st.floats(0, 60),
    follows=st.integers(0, 3),
    most=st.integers(1, 3),
)


@given(
    jobs=st.lists(st.sampled_from(["F1606", "G1602"]), max_size=2), mentors=st.lists(CANDIDATES, max_size=8)
)
def test_the_order_is_of_points_and_does_not_depend_on_the_order_given(
    jobs: list[str], mentors: list[Candidate]
) -> None:
    """Who has no room is left out; a better trade or a shorter way never lowers anyone."""
    ranked = rank(jobs, mentors)
    assert ranked == rank(jobs, list(reversed(mentors))) or len({one.key for one in mentors}) < len(mentors)
    assert {one.candidate.key for one in ranked} == {one.key for one in mentors if one.follows < one.most}
    points = [one.points for one in ranked]
    assert points == sorted(points, reverse=True)
    for one in ranked:
        near = Candidate(one.candidate.key, jobs or ["F1606"], 1.0, one.candidate.follows, one.candidate.most)
        assert rank(jobs or ["F1606"], [near])[0].points >= one.points


def test_mentors_are_put_forward_with_reasons(world: JourneysWorld) -> None:
    near = make_mentor(world, 0, lon=-1.68, lat=48.11)
    make_mentor(world, 1, jobs=["K2204"])
    make_mentor(world, 2, charter_on=None)
    found = suggestions(world.people[0], world.manager)
    assert len(found) == 2
    assert found[0][0].pk == near.pk
    assert found[0][1].reasons == (Reason.SAME_JOB, Reason.NEAR, Reason.FREE)


def test_a_pair_begins_when_both_accept(world: JourneysWorld) -> None:
    mentor = make_mentor(world)
    pair = mentoring.propose(mentor, world.people[0], world.referents[0], "Même métier.")
    mentoring.accept(pair, as_mentor=True)
    assert Mentorship.objects.get().state == MentorshipState.PROPOSED
    mentoring.accept(pair, as_mentor=False)
    pair.refresh_from_db()
    assert (pair.state, pair.started_on) == (MentorshipState.UNDER_WAY, TODAY)
    with pytest.raises(ValidationError, match="as many people"):
        mentoring.propose(mentor, world.people[1], world.referents[0], "")
    with pytest.raises(ValidationError, match="has a mentor already"):
        mentoring.propose(make_mentor(world, 1), world.people[0], world.referents[0], "")


def test_a_minor_needs_a_checked_mentor_and_an_accord(world: JourneysWorld) -> None:
    """The legal representative's accord: code civil 371-1; the check of who it is: the manager's."""
    child = world.people[0]
    child.birth_date = TODAY - dt.timedelta(days=16 * 365)
    child.save()
    adults, minors = make_mentor(world, 0), make_mentor(world, 1, minors=True)
    assert [one[0].pk for one in suggestions(child, world.manager)] == [minors.pk]
    with pytest.raises(ValidationError, match="minors"):
        mentoring.propose(adults, child, world.manager, "")
    with pytest.raises(ValidationError, match="legal representative"):
        mentoring.propose(minors, child, world.manager, "")
    assert mentoring.propose(minors, child, world.manager, "", representative_on=TODAY).pk


def test_leaving_says_why_and_tells_both(world: JourneysWorld) -> None:
    mentor = make_mentor(world)
    pair = mentoring.propose(mentor, world.people[0], world.referents[0], "")
    with pytest.raises(ValidationError, match="Say why"):
        mentoring.leave(pair, mentor.account, " ")
    mentoring.leave(pair, mentor.account, "Déménagement")
    pair.refresh_from_db()
    assert (pair.state, pair.ended_on) == (MentorshipState.DECLINED, None)
    assert Ledger.objects.filter(notice="apprenticeship.pair_ended").count() == 3


def test_what_is_kept_between_the_two_stays_there(
    world: JourneysWorld, enter: Callable[[Account], Client]
) -> None:
    mentor = make_mentor(world)
    pair = mentoring.propose(mentor, world.people[0], world.referents[0], "")
    for side in (True, False):
        mentoring.accept(pair, as_mentor=side)
    where = reverse("apprenticeship:note_mentorship", args=[pair.pk])
    browser = enter(mentor.account)
    for text, shared in (("Visite de l’atelier", "on"), ("Entre nous", "")):
        sent = {"on": TODAY.isoformat(), "text": text} | ({"shared": shared} if shared else {})
        assert browser.post(where, sent).status_code == 302
    page = reverse("apprenticeship:mentorship", args=[pair.pk])
    assert "Entre nous" in browser.get(page).content.decode()
    seen = enter(world.referents[0]).get(page).content.decode()
    assert "Visite de l’atelier" in seen
    assert "Entre nous" not in seen
    assert enter(world.referents[1]).get(page).status_code == 404
    assert MentorNote.objects.count() == 2


def test_the_person_and_the_mentor_answer_on_their_own_page(
    world: JourneysWorld, enter: Callable[[Account], Client]
) -> None:
    mentor = make_mentor(world)
    person = member(Role.FAMILY, world.metropolis, "moi@example.org", administers=False)
    Contact.objects.filter(person=world.people[0]).update(account=person)
    propose = reverse("apprenticeship:propose_mentor", args=[world.journeys[0].pk])
    referent = enter(world.referents[0])
    assert str(mentor.account) in referent.get(propose).content.decode()
    assert referent.post(propose, {"mentor": mentor.pk, "why": "X"}).status_code == 302
    pair = Mentorship.objects.get()
    accept = reverse("apprenticeship:accept_mentorship", args=[pair.pk])
    for account in (person, mentor.account):
        assert enter(account).post(accept).status_code == 302
    pair.refresh_from_db()
    assert pair.state == MentorshipState.UNDER_WAY
    page = enter(mentor.account).get(reverse("apprenticeship:mentorships")).content.decode()
    assert "Prénom1" in page
    assert "Nom1" not in page


def test_a_mentor_is_invited_says_what_is_offered_and_is_checked(
    world: JourneysWorld, enter: Callable[[Account], Client]
) -> None:
    browser = enter(world.manager)
    sent = {"organisation": world.plie.pk, "name": "Marc Hervé", "email": "marc@example.org"}
    assert browser.post(reverse("apprenticeship:invite_mentor"), sent).status_code == 302
    mentor = Mentor.objects.get(account__email="marc@example.org")
    offer = {
        "jobs": "F1606",
        "presentation": "Peintre",
        "city": "",
        "most": 2,
        "available": "on",
        "charter": "on",
    }
    answer = enter(mentor.account).post(reverse("apprenticeship:my_offer"), offer)
    assert answer.status_code == 302, answer.content.decode()
    browser.post(reverse("apprenticeship:check_mentor", args=[mentor.pk]), {"minors": "yes"})
    mentor.refresh_from_db()
    assert (mentor.charter_on, mentor.checked_on, mentor.minors, mentor.most) == (TODAY, TODAY, True, 2)


def test_a_quiet_pair_is_reminded_once_in_six_weeks(world: JourneysWorld) -> None:
    mentor = make_mentor(world)
    pair = mentoring.propose(mentor, world.people[0], world.referents[0], "")
    for side in (True, False):
        mentoring.accept(pair, as_mentor=side)
    now = timezone.now()
    later = now + dt.timedelta(weeks=7)
    assert [mentoring.remind(day) for day in (now, later, later)] == [0, 1, 0]


def test_an_unknown_mentor_is_nobody(world: JourneysWorld, enter: Callable[[Account], Client]) -> None:
    propose = reverse("apprenticeship:propose_mentor", args=[world.journeys[0].pk])
    assert enter(world.referents[0]).post(propose, {"mentor": uuid.uuid4(), "why": ""}).status_code == 404
