"""Owners' lists: invited, reminded, confirmed; a spreadsheet taken in, again and again."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.imports import services as imports
from croisee.foundation.imports.kinds import TargetRefused
from croisee.foundation.imports.reading import read
from croisee.foundation.tables import FaultyInput
from croisee.premises import owner_links
from croisee.premises.models import Spell, Unit, UnitState
from croisee.premises.models.units import UNIT
from croisee.premises.ownerlists.columns import SAID_STATES
from croisee.premises.ownerlists.explained import model_file
from croisee.premises.ownerlists.kind import target
from croisee.premises.ownerlists.rows import BY_OPTION, route
from croisee.premises.queries import owners as queries
from croisee.premises.services import owners as services
from tests.premises.owners_helpers import deliver_all, sent, taken
from tests.premises_world import PremisesWorld, make_unit
from tests.world import TODAY

pytestmark = pytest.mark.django_db
NEW = [
    "N-9",
    "Local Banat",
    "Pied d’immeuble".replace("’", "'"),
    "3 rue de Banat",
    "35200",
    "Rennes",
    "62,5",
    "410",
    "Vacant",
]
KNOWN = ["a-1", "Pied d'immeuble", "", "", "", "", "", "350", "Loué"]


@pytest.fixture(autouse=True)
def _private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


# The way from one state to another


@pytest.mark.parametrize("origin", list(UnitState))
@pytest.mark.parametrize("wanted", SAID_STATES)
def test_the_route_goes_by_moves_that_there_are(origin: str, wanted: str) -> None:
    """Each move leaves from where the one before led, the last leads where it should; none shorter does."""
    found = route(str(origin), str(wanted))
    if origin == UnitState.OPTION and wanted == UnitState.LET:
        assert found == ("let",)
    assert found is not None
    state = str(origin)
    for name in found:
        move = UNIT.transition(name)
        assert name not in BY_OPTION
        assert state in {str(one) for one in move.origins}
        state = str(move.target)
    assert state == wanted
    reached = {str(origin)}
    for _step in range(len(found)):
        assert wanted not in reached
        reached = {
            str(move.target)
            for move in UNIT.transitions
            if move.name not in BY_OPTION and reached & {str(one) for one in move.origins}
        }


# A list taken in


def test_a_list_is_taken_in_and_again_changes_nothing(world: PremisesWorld) -> None:
    owner, account = world.owners[0], world.landlords[0]
    draft = sent(owner, account, NEW, KNOWN)
    reading = read(draft)
    assert not reading.faults
    assert [(row.what, row.tone) for row in reading.plan] == [
        ("new unit", "info"),
        ("brought up to date", "ok"),
    ]
    assert "rent" in reading.plan[1].detail
    assert "let" in reading.plan[1].detail
    imports.apply(draft, account)
    made = Unit.objects.get(owner=owner, reference="N-9")
    assert (made.name, made.state, str(made.surface), str(made.rent)) == (
        "Local Banat",
        "vacant",
        "62.5",
        "410.00",
    )
    assert made.address == "3 rue de Banat, 35200 Rennes"
    assert made.vacant_since == TODAY
    assert Spell.objects.get(unit=made, ends_on=None).state == UnitState.VACANT
    world.units[0].refresh_from_db()
    assert (world.units[0].state, world.units[0].reference, world.units[0].rent) == ("let", "A-1", 350)
    draft.refresh_from_db()
    assert draft.result_said == "1 new unit, 1 brought up to date."
    before = list(Unit.objects.order_by("pk").values_list("pk", "updated_at"))
    again = sent(owner, account, NEW, KNOWN)
    assert {row.what for row in read(again).plan} == {"unchanged"}
    imports.apply(again, account)
    again.refresh_from_db()
    assert again.result_said.startswith("Nothing changed")
    assert list(Unit.objects.order_by("pk").values_list("pk", "updated_at")) == before


def test_faults_by_row_field_and_remedy_and_nothing_half_written(world: PremisesWorld) -> None:
    owner, account = world.owners[0], world.landlords[0]
    rows = [
        ["", "Sans référence", "Bureau", "", "", "", "20", "", ""],
        ["X-1", "Sans surface", "Bureau", "", "", "", "", "", ""],
        ["X-2", "Deux fois", "Bureau", "", "", "", "20", "", ""],
        ["x-2", "Deux fois", "Bureau", "", "", "", "20", "", ""],
        ["X-3", "Loyer", "Bureau", "", "", "", "20", "-3", ""],
        ["X-4", "Surface", "Bureau", "", "", "", "grand", "", ""],
        ["X-5", "Bon", "Bureau", "", "", "", "20", "", "Vacant"],
    ]
    draft = sent(owner, account, *rows)
    found = {(fault.row, fault.field) for fault in read(draft).faults}
    assert found == {
        (2, "Code UG"),
        (3, "Surface (m²)"),
        (5, "Code UG"),
        (6, "Loyer"),
        (7, "Surface (m²)"),
    }
    assert all(fault.remedy for fault in read(draft).faults)
    count = Unit.objects.count()
    with pytest.raises(FaultyInput):
        imports.apply(draft, account)
    assert Unit.objects.count() == count
    imports.apply(draft, account, keep_valid=True)
    assert Unit.objects.count() == count + 2


def test_what_is_under_option_stays_and_what_is_not_in_the_file_too(world: PremisesWorld) -> None:
    owner, account = world.owners[0], world.landlords[0]
    held = make_unit(owner, "Local tenu", UnitState.OPTION, reference="O-1")
    draft = sent(owner, account, ["O-1", "", "", "", "", "", "", "500", "Loué"])
    [row] = read(draft).plan
    assert "stays under option" in row.detail
    imports.apply(draft, account)
    held.refresh_from_db()
    assert (held.state, held.rent) == (UnitState.OPTION, 500)
    world.units[0].refresh_from_db()
    assert world.units[0].state == UnitState.AVAILABLE


def test_only_who_keeps_the_list_sends_one(world: PremisesWorld) -> None:
    owner = world.owners[0]
    assert target(str(owner.pk), world.landlords[0]).label == owner.name
    assert target(str(owner.pk), world.developer).label == owner.name
    for key, account in ((str(owner.pk), world.landlords[1]), ("x", world.landlords[0])):
        with pytest.raises(TargetRefused):
            target(key, account)


def test_the_model_comes_back_as_it_went(world: PremisesWorld) -> None:
    """What the software writes of a list is read again without a question, and changes nothing."""
    owner, account = world.owners[0], world.landlords[0]
    Unit.objects.filter(pk=world.units[3].pk).update(reference="A-4")
    content = model_file(queries.listed_for(owner))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet.max_row == 5
    draft = imports.begin(
        "premises.owner_list",
        {"premises": SimpleUploadedFile("locaux.xlsx", content)},
        account,
        str(owner.pk),
    )
    file = draft.files.get()
    imports.map_columns(file, file.mapping, {})
    reading = read(draft)
    assert not reading.faults
    assert {row.what for row in reading.plan} == {"unchanged"}


def test_a_big_list_is_read_in_few_queries(world: PremisesWorld, django_assert_max_num_queries: Any) -> None:
    owner, account = world.owners[0], world.landlords[0]
    rows = [[f"G-{n}", f"Local {n}", "Bureau", "", "", "", "20", "100", "Vacant"] for n in range(60)]
    draft = sent(owner, account, *rows)
    with django_assert_max_num_queries(12):
        assert len(read(draft).plan) == 60


# Invited, asked, confirmed


def test_an_owner_is_invited_with_two_e_mails(
    world: PremisesWorld, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        made = services.invite("Agence@example.org", "Agence Sud", None, "Bailleur C", "")
    assert (made.role, made.organisation.name) == (Role.LANDLORD, "Bailleur C")
    Account.objects.update(language="en")
    deliver_all()
    assert [one.to for one in mail.outbox] == [["agence@example.org"]] * 2
    text = mail.outbox[1].body
    token = text.split("/liste/")[1].split("/")[0]
    assert owner_links.read(token) == (made.organisation_id, made.account_id)
    with pytest.raises(ValidationError) as refused:
        services.invite("x@example.org", "", None, " ")
    assert "new_name" in refused.value.message_dict
    with pytest.raises(ValidationError):
        services.invite("agence@example.org", "", made.organisation)


def test_a_siret_names_one_owner(world: PremisesWorld) -> None:
    Organisation.objects.filter(pk=world.owners[1].pk).update(siret="35600000000048")
    made = services.invite("agence@example.org", "", None, "Autre nom", "35600000000048")
    assert made.organisation == world.owners[1]


def test_asked_once_a_month_until_confirmed(world: PremisesWorld) -> None:
    now = timezone.now()
    assert services.remind(now) == 2
    assert services.remind(now) == 0
    assert services.confirm(world.owners[0]) == 4
    assert set(Unit.objects.filter(owner=world.owners[0]).values_list("checked_on", flat=True)) == {TODAY}
    assert not queries.to_confirm(world.landlords[0], TODAY).exists()
    next_month = now + dt.timedelta(days=29)
    assert services.remind(next_month) <= 1  # the other one, where another month has begun
    later = now + dt.timedelta(days=62)
    assert services.remind(later) == 2
    Account.objects.update(language="en")
    deliver_all()
    assert "still true" in mail.outbox[0].subject
    assert "/liste/" in mail.outbox[0].body


def test_a_link_serves_who_still_keeps_the_list(world: PremisesWorld) -> None:
    owner, account = world.owners[0], world.landlords[0]
    assert services.confirm_by_link(owner.pk, account.pk) == 4
    with pytest.raises(ValidationError):
        services.confirm_by_link(world.owners[1].pk, account.pk)
    Membership.objects.filter(account=account).update(ended_on=TODAY)
    with pytest.raises(ValidationError):
        services.confirm_by_link(owner.pk, account.pk)
    assert owner_links.read("x:y:z") is None
    assert owner_links.read(owner_links.token_for(owner.pk, account.pk)) == (owner.pk, account.pk)


def test_quick_moves_are_those_of_the_lifecycle(world: PremisesWorld) -> None:
    names = {unit.name: [one.name for one in queries.quick_moves(unit)] for unit in world.units}
    assert names["Pied d’immeuble Yougoslavie"] == ["let", "empty", "repair"]
    assert names["Local Serbie"] == ["give_notice", "empty"]
    assert names["Local Bosphore"] == ["offer", "let", "repair"]
    held = make_unit(world.owners[0], "Local tenu", UnitState.OPTION)
    assert queries.quick_moves(held) == []
    taken(world.owners[0], world.landlords[0], KNOWN)
