"""The pages of advice by role: what each sees and does, faults, exports, files, e-mails, personal data."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from croisee.foundation import daily
from croisee.foundation.accounts import privacy
from croisee.foundation.accounts.models import Account
from croisee.foundation.registry import home_cards, personal_data
from croisee.incubation.cards.advice_panel import panel
from croisee.incubation.models import Advice, AdviceSlot, AdviceState, Expert
from croisee.incubation.services import advice_bookings as bookings
from tests.incubation.advice_helpers import deliver_all, make_advice, make_slot
from tests.incubation_world import IncubationWorld, make_project
from tests.journeys_world import make_person
from tests.world import TODAY

Enter = Callable[[Account], Client]
pytestmark = pytest.mark.django_db


def url(name: str, *rows: Any) -> str:
    """The address of a page of this service."""
    return reverse(f"incubation:{name}", args=[row.pk for row in rows])


def body(client: Client, address: str) -> str:
    """The text of a page that answers."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_the_manager_sees_everything_of_one_incubator(world: IncubationWorld, enter: Enter) -> None:
    side = world.a
    make_advice(side.expert, side.projects[0], 3)
    make_advice(side.expert, side.projects[1], -3)
    make_advice(world.b.expert, world.b.projects[0], 3)
    client = enter(side.manager)
    page = body(client, url("advice"))
    assert "Traiteur A" in page
    assert "Traiteur B" not in page
    assert "Comptabilité, statut" in page
    only = body(client, url("advice") + "?when=to_note")
    assert "Atelier vélo A" in only.split("<tbody>")[1]
    export = client.get(url("advice") + "?export=csv")
    assert export.status_code == 200
    lines = (
        b"".join(export).decode("utf-8-sig").splitlines()
        if export.streaming
        else export.content.decode("utf-8-sig").splitlines()
    )
    assert len(lines) == 3
    assert enter(side.holders[0]).get(url("advice")).status_code == 404


def test_an_expert_is_invited_from_the_page(
    world: IncubationWorld, enter: Enter, django_capture_on_commit_callbacks: Any
) -> None:
    client = enter(world.a.manager)
    refused = client.post(url("invite_expert"), {"email": "x", "name": "", "topics": ""})
    assert refused.status_code == 422
    values = {"email": "avocate@example.org", "name": "Maître Durand", "topics": "Baux, statuts"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(url("invite_expert"), values)
    made = Expert.objects.get(account__email="avocate@example.org")
    assert answer["Location"] == url("expert", made)
    assert [one.to for one in mail.outbox] == [["avocate@example.org"]]
    again = client.post(url("invite_expert"), values)
    assert "advises here already" in again.content.decode()
    changed = client.post(
        url("edit_expert", made), {"topics": "Baux", "presentation": "Vingt ans de barreau.", "seen": ""}
    )
    assert changed.status_code == 302
    assert "Vingt ans de barreau." in body(enter(world.a.holders[0]), url("expert", made))
    client.post(url("end_expert", made))
    made.refresh_from_db()
    assert made.ended_on == TODAY
    assert enter(world.b.manager).post(url("end_expert", world.a.expert)).status_code == 404


LAID = {
    "weekdays": [str(number) for number in range(7)],
    "first": (TODAY + dt.timedelta(days=1)).isoformat(),
    "last": (TODAY + dt.timedelta(days=2)).isoformat(),
    "opens": "09:00",
    "closes": "12:00",
    "minutes": "60",
    "pause_from": "10:00",
    "pause_to": "10:15",
    "place": "Bureau 12",
}


def test_an_expert_lays_hours_and_takes_some_away(world: IncubationWorld, enter: Enter) -> None:
    side = world.a
    client = enter(side.expert.account)
    where = url("lay_hours", side.expert)
    fault = client.post(where, LAID | {"pause_to": ""})
    assert fault.status_code == 422
    assert "both ends of the break" in fault.content.decode()
    assert client.post(where, LAID).status_code == 302
    starts = [timezone.localtime(one.starts_at).strftime("%H:%M") for one in AdviceSlot.objects.all()]
    assert starts == ["09:00", "10:15"] * 2
    clash = client.post(where, LAID)
    assert "There is an hour already on" in clash.content.decode()
    first = AdviceSlot.objects.order_by("starts_at")[0]
    bookings.book(first, side.projects[0], "", side.manager)
    page = body(client, url("expert_hours", side.expert))
    assert page.count('name="slot"') == 3
    keys = [str(one.pk) for one in AdviceSlot.objects.all()]
    refused = client.post(url("remove_hours", side.expert), {"slot": keys}, follow=True)
    assert "Somebody has booked" in refused.content.decode()
    assert AdviceSlot.objects.count() == 4
    client.post(url("remove_hours", side.expert), {"slot": [*keys[1:], "x"]})
    assert AdviceSlot.objects.count() == 1
    nothing = client.post(url("remove_hours", side.expert), {}, follow=True)
    assert "Tick the hours" in nothing.content.decode()
    for account in (world.b.expert.account, world.b.manager):
        other = enter(account)
        assert other.get(url("expert_hours", side.expert)).status_code == 404
        assert other.post(where, LAID).status_code == 404
        assert other.post(url("remove_hours", side.expert), {"slot": keys}).status_code == 404


def test_a_holder_books_in_two_clicks(world: IncubationWorld, enter: Enter) -> None:
    side = world.a
    slot = make_slot(side.expert)
    client = enter(side.holders[0])
    assert url("book_advice", slot) in body(client, url("experts"))
    page = body(client, url("book_advice", slot))
    assert 'name="project"' not in page  # there is one
    fault = client.post(url("book_advice", slot), {"question": ""})
    assert fault.status_code == 422
    answer = client.post(url("book_advice", slot), {"question": "Quel statut choisir ?"})
    advice = Advice.objects.get()
    assert answer["Location"] == url("appointment", advice)
    assert "Quel statut choisir ?" in body(client, url("appointment", advice))
    assert "Traiteur A" in body(client, url("own_advice"))
    # Somebody else comes too late, and is told.
    late = enter(side.holders[1]).get(url("book_advice", slot), follow=True)
    assert "Somebody else has this hour" in late.content.decode()
    assert client.get(url("book_advice", slot))["Location"] == url("appointment", advice)
    calendar = Calendar.from_ical(client.get(url("advice_file", advice)).content)
    event = calendar.walk("VEVENT")[0]
    assert event["dtstart"].dt == slot.starts_at
    assert event["location"] == "Bureau 12"
    assert "statut" not in str(event["summary"])
    for account in (side.holders[1], world.b.holders[0], world.b.expert.account):
        assert enter(account).get(url("appointment", advice)).status_code == 404


def test_a_colleague_and_a_manager_book(world: IncubationWorld, enter: Enter) -> None:
    side = world.a
    first, second = make_slot(side.expert, 5), make_slot(side.expert, 6)
    enter(side.tenant).post(url("book_advice", first), {"question": "Bail"})
    assert Advice.objects.get().booked_by == side.tenant
    manager = enter(side.manager)
    assert manager.post(url("book_advice", second), {"question": "Bail"}).status_code == 422
    other = manager.post(url("book_advice", second), {"question": "Bail", "project": world.b.projects[0].pk})
    assert "one of the projects of this incubator" in other.content.decode()
    manager.post(url("book_advice", second), {"question": "Bail", "project": side.projects[1].pk})
    assert Advice.objects.filter(project=side.projects[1]).count() == 1
    assert enter(world.b.manager).get(url("book_advice", second)).status_code == 404


def test_cancelled_and_moved_from_the_page(world: IncubationWorld, enter: Enter) -> None:
    side = world.a
    advice = make_advice(side.expert, side.projects[0])
    other = make_slot(side.expert, 8)
    client = enter(side.holders[0])
    fault = client.post(url("move_advice", advice), {"slot": "x"})
    assert "no longer free" in fault.content.decode()
    client.post(url("move_advice", advice), {"slot": str(other.pk)})
    advice.refresh_from_db()
    assert advice.slot == other
    enter(side.expert.account).post(url("cancel_advice", advice))
    advice.refresh_from_db()
    assert advice.state == AdviceState.CANCELLED
    assert client.get(url("advice_file", advice)).status_code == 404
    over = client.get(url("move_advice", advice), follow=True)
    assert "over or cancelled" in over.content.decode()
    full = make_advice(world.b.expert, world.b.projects[0])
    nothing = enter(world.b.holders[0]).get(url("move_advice", full), follow=True)
    assert "no other free hour" in nothing.content.decode()


def test_the_expert_notes_and_the_holder_reads_only_what_is_for_both(
    world: IncubationWorld, enter: Enter
) -> None:
    side = world.a
    advice = make_advice(side.expert, side.projects[0], -1)
    client = enter(side.expert.account)
    assert "To note" in body(client, url("my_advice"))
    unsaid = client.post(url("attend_advice", advice), {}, follow=True)
    assert "Say whether" in unsaid.content.decode()
    answer = client.post(url("attend_advice", advice), {"came": "yes"})
    assert answer["Location"] == url("note_advice", advice)
    form = body(client, answer["Location"])
    assert "GDPR, article 15" in form
    seen = form.split('name="seen" value="')[1].split('"')[0]
    values = {"note": "Créer une SASU.", "private_note": "Trésorerie courte.", "seen": seen}
    assert client.post(answer["Location"], values).status_code == 302
    lost = client.post(answer["Location"], values | {"note": "autre"})
    assert "changed meanwhile" in lost.content.decode()
    holder = enter(side.holders[0])
    for page in (url("appointment", advice), url("own_advice")):
        text = body(holder, page)
        assert "Créer une SASU." in text
        assert "Trésorerie" not in text
    assert "Trésorerie courte." in body(enter(side.manager), url("appointment", advice))
    assert holder.post(url("attend_advice", advice), {"came": "no"}).status_code == 404
    assert enter(side.tenant).get(url("note_advice", advice)).status_code == 404
    early = make_advice(side.expert, side.projects[0], 4)
    told = client.post(url("attend_advice", early), {"came": "no"}, follow=True)
    assert "has not begun" in told.content.decode()


def test_e_mails_say_when_where_and_not_what(world: IncubationWorld) -> None:
    side = world.a
    Account.objects.update(language="en")
    slots = [make_slot(side.expert, days) for days in (1, 6)]
    advice = bookings.book(slots[1], side.projects[0], "Secret", side.holders[0])
    bookings.move(advice, slots[0], side.holders[0])
    deliver_all()
    assert daily.due()["incubation_advice"] == 1
    deliver_all()
    bookings.cancel(advice, side.expert.account)
    deliver_all()
    texts = {one.subject: one for one in mail.outbox if side.holders[0].email in one.to}
    assert len(texts) == 3  # booked: no longer needed, since it was moved before that e-mail left
    assert any(subject.startswith("Appointment moved to") for subject in texts)
    assert any(subject.startswith("Tomorrow at") for subject in texts)
    assert any(subject.startswith("Appointment cancelled") for subject in texts)
    assert all("Secret" not in one.body for one in mail.outbox)
    moved = next(one for subject, one in texts.items() if "moved" in subject)
    assert [attached[0] for attached in moved.attachments if attached[0]] == ["rendez-vous.ics"]
    assert "Bureau 12" in moved.body


def test_home_cards_and_the_line_of_the_project(world: IncubationWorld) -> None:
    side = world.a
    shown = panel(side.projects[0], side.holders[0])
    assert shown is not None
    assert (shown.text, shown.url) == ("No appointment yet.", url("experts"))
    advice = make_advice(side.expert, side.projects[0], 2)
    make_advice(side.expert, side.projects[1], -2)

    def cards(account: Account) -> dict[str, str]:
        fresh = Account.objects.get(pk=account.pk)
        return {str(card.title): f"{card.figure} {card.text}" for card in home_cards.cards_for(fresh)}

    assert cards(side.manager)["Advice"] == "1 1 appointment is to be noted."
    assert cards(side.expert.account)["My appointments"] == "1 1 appointment is to be noted."
    assert cards(side.holders[0])["My appointments with experts"] == "1 appointment with an expert to come."
    assert "My appointments with experts" in cards(side.tenant)
    assert "book an hour" in cards(side.holders[1])["Advice by experts"]
    coming = panel(side.projects[0], side.manager)
    assert coming is not None
    assert coming.url == url("appointment", advice)
    late = panel(side.projects[1], side.expert.account)
    assert late is not None
    assert late.tone == "warn"


def test_pages_take_few_queries_however_large(world: IncubationWorld, enter: Enter) -> None:
    side = world.a

    def grow(number: int) -> None:
        for index in range(number, number + 6):
            project = make_project(side.incubator, make_person(400 + index), f"Projet {index}")
            make_advice(side.expert, project, -index - 2)
            make_advice(side.expert, side.projects[0], index + 2, 9)
            make_slot(side.expert, index + 2, 14)

    grow(0)
    advice = make_advice(side.expert, side.projects[0], 1)
    free = make_slot(side.expert, 1, 16)
    pages = [
        (side.manager, "advice", ()),
        (side.manager, "experts", ()),
        (side.holders[0], "experts", ()),
        (side.holders[0], "own_advice", ()),
        (side.expert.account, "my_advice", ()),
        (side.expert.account, "expert_hours", (side.expert,)),
        (side.manager, "expert", (side.expert,)),
        (side.manager, "appointment", (advice,)),
        (side.manager, "move_advice", (advice,)),
        (side.manager, "book_advice", (free,)),
    ]

    def counts() -> dict[tuple[str, str], int]:
        found = {}
        for account, name, rows in pages:
            client = enter(account)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                body(client, url(name, *rows))
            found[account.email, name] = len(queries)
        return found

    before = counts()
    grow(10)
    assert counts() == before
    assert max(before.values()) <= 12, before


def test_personal_data_is_given_and_goes(world: IncubationWorld) -> None:
    side = world.a
    advice = make_advice(
        side.expert, side.projects[0], -1, note="Note", private_note="Trésorerie", booked_by=side.holders[0]
    )
    rules = dict(personal_data.items())
    rows = list(rules[Advice].concerns(side.holders[0]))
    assert rows == [advice]
    given = rules[Advice].export(rows[0])
    assert given["note_for_the_team"] == "Trésorerie"
    json.dumps(given, default=str)
    old = make_advice(side.expert, side.projects[1], -800)
    assert list(rules[Advice].retention.expired(TODAY)) == [old]
    rules[Advice].erase(Advice.objects.filter(pk=old.pk))
    assert not rules[Advice].retention.expired(TODAY).exists()
    privacy.erase(side.holders[0])
    advice.refresh_from_db()
    assert (advice.question, advice.note, advice.private_note, advice.booked_by) == ("", "", "", None)
    Expert.objects.filter(pk=side.expert.pk).update(presentation="Jeanne, comptable")
    free = make_slot(side.expert, 4)
    privacy.erase(side.expert.account)
    side.expert.refresh_from_db()
    assert (side.expert.presentation, side.expert.organisation_name) == ("", "")
    assert side.expert.ended_on == TODAY
    assert not AdviceSlot.objects.filter(pk=free.pk).exists()
    assert Advice.objects.count() == 2
