"""A round on screen, from its files to what each person reads."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.privacy import apply_retention
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.imports.models import ImportDraft
from croisee.foundation.notices.models import Ledger
from croisee.foundation.progress.models import Progress
from croisee.foundation.progress.services import run as work
from croisee.foundation.progress.tracking import WorkRefused
from croisee.stages.cards import rounds as cards
from croisee.stages.certificate import Source
from croisee.stages.models import Round, RoundFile, RoundOffer, RoundPupil, RoundState
from croisee.stages.services import rounds as services

pytestmark = pytest.mark.django_db

SCHOOL, OTHER_SCHOOL = "0352091N", "0350001S"
OFFERS = """offer_id,title,sector,siret,address,lon,lat,week,seats,reserved,min_age
bakery,Boulangerie du Mail,food,73282932000074,1 mail Mitterrand,-1.69,48.11,2027-W05,1,0,
town,Mairie,public,,Place de la Mairie,-1.68,48.11,2027-W05,2,1,
"""
PUPILS = f"""pupil_id,school_uai,birth_date,address,lon,lat,week,protected,max_minutes
A,{SCHOOL},2012-05-01,1 rue,-1.69,48.11,2027-W05,1,60
B,{SCHOOL},2012-05-01,2 rue,-1.69,48.11,2027-W05,0,60
C,{OTHER_SCHOOL},2012-05-01,3 rue,-1.69,48.11,2027-W05,0,60
D,{OTHER_SCHOOL},2012-05-01,4 rue,-1.69,48.11,2027-W05,0,60
"""
WISHES = """pupil_id,rank,offer_id
A,1,bakery
A,2,town
B,1,bakery
B,2,town
C,1,bakery
D,1,bakery
"""


def upload(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}.csv", text.encode())


@pytest.fixture
def manager(campaign_manager: Account, sign_in: Callable[[Account], Client]) -> Client:
    return sign_in(campaign_manager)


def new_round(manager: Client) -> Round:
    data = {"name": "First round", "school_year": "2026-2027", "seed": 7}
    response = manager.post(reverse("stages:new"), data)
    assert response.status_code == 302, response.content.decode()
    round_: Round = Round.objects.latest("created_at")
    assert response["Location"].endswith(f"?target={round_.pk}")
    return round_


def send_files(manager: Client, round_: Round, offers: str = OFFERS) -> ImportDraft:
    files = {
        "offers": upload("offers", offers),
        "pupils": upload("pupils", PUPILS),
        "wishes": upload("wishes", WISHES),
    }
    assert manager.post(services.files_address(round_), files).status_code == 302
    return ImportDraft.objects.latest("created_at")


@pytest.fixture
def computed(manager: Client) -> Round:
    round_ = new_round(manager)
    draft = send_files(manager, round_)
    assert manager.post(reverse("imports:apply", args=[draft.pk])).status_code == 302
    assert manager.post(reverse("stages:compute", args=[round_.pk])).status_code == 302
    progress = Progress.objects.latest("created_at")
    work.call(str(progress.pk))
    progress.refresh_from_db()
    assert progress.state == "done", progress.problem
    round_.refresh_from_db()
    return round_


@pytest.fixture
def published(computed: Round, manager: Client) -> Round:
    manager.post(reverse("stages:change_state", args=[computed.pk]), {"transition": "publish"})
    computed.refresh_from_db()
    assert computed.state == RoundState.PUBLISHED
    assert computed.published_at is not None
    return computed


def test_a_round_is_computed_from_its_three_files(computed: Round) -> None:
    assert computed.state == RoundState.COMPUTED
    assert computed.summary["result"]["everyone"]["pupils"] == 4
    assert computed.summary["result"]["everyone"]["placed"] == 3
    assert computed.certificate["seed"] == 7
    assert all(item["proved"] for item in computed.certificate["properties"])
    kept = {file.kind: file.sha256 for file in computed.files.all()}
    assert {kind: source["sha256"] for kind, source in computed.certificate["inputs"].items()} == kept
    assert RoundPupil.objects.placed().count() == 3
    without = RoundPupil.objects.without_a_place().get()
    assert [reason["offer"] for reason in without.reasons] == ["bakery"]


def test_a_fault_keeps_everything_out(manager: Client) -> None:
    round_ = new_round(manager)
    draft = send_files(manager, round_, OFFERS.replace("2027-W05,1,0", "2027-W05,0,0"))
    page = manager.get(reverse("imports:draft", args=[draft.pk])).content.decode()
    assert "seats" in page
    manager.post(reverse("imports:apply", args=[draft.pk]))
    assert not RoundFile.objects.exists()


def test_files_that_go_into_no_round_are_refused(manager: Client, computed: Round) -> None:
    for target in ("", "nonsense", str(computed.pk)):
        files = {
            name: upload(name, text)
            for name, text in (("offers", OFFERS), ("pupils", PUPILS), ("wishes", WISHES))
        }
        url = f"{reverse('imports:begin', args=[services.IMPORT])}?target={target}"
        assert manager.get(url).status_code == manager.post(url, files).status_code == 404
    assert not ImportDraft.objects.filter(applied_at__isnull=True).exists()


def test_the_import_says_which_round(manager: Client) -> None:
    round_ = new_round(manager)
    url = f"{reverse('imports:begin', args=[services.IMPORT])}?target={round_.pk}"
    assert round_.name in manager.get(url).content.decode()
    draft = send_files(manager, round_)
    assert round_.name in manager.get(draft.get_absolute_url()).content.decode()


def test_a_round_computed_meanwhile_takes_no_files(manager: Client, computed: Round) -> None:
    draft = ImportDraft.objects.latest("created_at")
    ImportDraft.objects.filter(pk=draft.pk).update(applied_at=None, result_url="")
    response = manager.post(reverse("imports:apply", args=[draft.pk]), follow=True)
    assert response.status_code == 200
    draft.refresh_from_db()
    assert draft.applied_at is None


def test_computing_twice_at_once_is_computing_once(manager: Client) -> None:
    round_ = new_round(manager)
    manager.post(reverse("imports:apply", args=[send_files(manager, round_).pk]))
    first = manager.post(reverse("stages:compute", args=[round_.pk]))
    second = manager.post(reverse("stages:compute", args=[round_.pk]))
    assert first["Location"] == second["Location"]


@pytest.mark.parametrize(
    "page", ["round", "pupils", "offers", "schools", "fairness", "certificate", "offers_map"]
)
def test_the_manager_reads_every_page(manager: Client, computed: Round, page: str) -> None:
    assert manager.get(reverse(f"stages:{page}", args=[computed.pk])).status_code == 200


@pytest.mark.parametrize("name", ["pupils", "offers", "schools"])
def test_lists_are_exported(manager: Client, computed: Round, name: str) -> None:
    response = manager.get(reverse(f"stages:{name}", args=[computed.pk]), {"export": "csv"})
    content = b"".join(response.streaming_content) if response.streaming else response.content
    assert len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))) > 2


def test_pages_ask_the_database_a_bounded_number_of_times(
    manager: Client, computed: Round, django_assert_max_num_queries: Callable
) -> None:
    for page in ("round", "pupils", "offers", "schools", "fairness"):
        with django_assert_max_num_queries(12):
            manager.get(reverse(f"stages:{page}", args=[computed.pk]))


def test_nobody_else_sees_a_round_before_it_is_published(
    computed: Round,
    official: Account,
    sign_in: Callable[[Account], Client],
) -> None:
    assert sign_in(official).get(computed.get_absolute_url()).status_code == 404


def test_an_official_reads_figures_and_no_pupil(
    published: Round, official: Account, sign_in: Callable[[Account], Client]
) -> None:
    client = sign_in(official)
    assert client.get(published.get_absolute_url()).status_code == 200
    assert client.get(reverse("stages:pupils", args=[published.pk])).status_code == 404
    assert not RoundPupil.objects.visible_to(official).exists()


def test_a_head_of_school_reads_the_school_s_own_pupils(
    published: Round, account_of: Callable[..., Account], sign_in: Callable[[Account], Client]
) -> None:
    school = Organisation.objects.create(name="Collège", kind=Kind.SCHOOL, uai=SCHOOL)
    head = account_of(Role.SCHOOL_HEAD, school)
    assert {pupil.reference for pupil in RoundPupil.objects.visible_to(head)} == {"A", "B"}
    client = sign_in(head)
    page = client.get(reverse("stages:pupils", args=[published.pk])).content.decode()
    assert SCHOOL in page
    assert OTHER_SCHOOL not in page
    other = RoundPupil.objects.get(reference="C")
    assert client.get(other.get_absolute_url()).status_code == 404


def test_a_family_reads_its_own_pupil_and_why(
    published: Round, manager: Client, sign_in: Callable[[Account], Client]
) -> None:
    pupil = RoundPupil.objects.without_a_place().get()
    invited = manager.post(reverse("stages:invite_family", args=[pupil.pk]), {"email": "Family@example.org"})
    assert invited.status_code == 302
    family = Account.objects.get(email="family@example.org")
    client = sign_in(family)
    assert pupil.reference in client.get(reverse("stages:my_internships")).content.decode()
    page = client.get(pupil.get_absolute_url()).content.decode()
    assert "Boulangerie du Mail" in page
    other = RoundPupil.objects.placed().first()
    assert other is not None
    assert client.get(other.get_absolute_url()).status_code == 404
    assert Ledger.objects.filter(account=family, notice="stages.place_known").count() == 1


def test_an_employer_sees_how_many_come(
    published: Round, account_of: Callable[..., Account], sign_in: Callable[[Account], Client]
) -> None:
    company = Organisation.objects.create(name="Boulangerie", kind=Kind.EMPLOYER, siret="73282932000074")
    employer = account_of(Role.EMPLOYER, company)
    page = sign_in(employer).get(reverse("stages:my_offers")).content.decode()
    assert "Boulangerie du Mail" in page
    assert "Mairie" not in page


def test_withdrawing_hides_the_result_again(
    published: Round, manager: Client, official: Account, sign_in: Callable[[Account], Client]
) -> None:
    manager.post(reverse("stages:change_state", args=[published.pk]), {"transition": "withdraw"})
    published.refresh_from_db()
    assert (published.state, published.published_at) == (RoundState.COMPUTED, None)
    assert sign_in(official).get(published.get_absolute_url()).status_code == 404


def test_preparing_again_erases_the_result_and_keeps_the_files(computed: Round, manager: Client) -> None:
    manager.post(reverse("stages:change_state", args=[computed.pk]), {"transition": "reopen"})
    computed.refresh_from_db()
    assert computed.state == RoundState.DRAFT
    assert not computed.summary
    assert not RoundPupil.objects.exists()
    assert computed.files.count() == 3


def test_discarding_erases_everyone_and_the_files(
    computed: Round, manager: Client, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    paths = [Path(file.file.path) for file in computed.files.all()]
    assert {path.stat().st_mode & 0o077 for path in paths} == {0}, "readable by their owner alone"
    with django_capture_on_commit_callbacks(execute=True):
        manager.post(reverse("stages:change_state", args=[computed.pk]), {"transition": "discard"})
        assert all(path.exists() for path in paths), "files go once it is certain that their rows do"
    computed.refresh_from_db()
    assert computed.state == RoundState.DISCARDED
    assert not RoundPupil.objects.exists()
    assert not computed.files.exists()
    assert len(paths) == 3
    assert not any(path.exists() for path in paths)


def test_files_changed_during_the_computation_are_not_published_under_others_hashes(computed: Round) -> None:
    sources = {file.kind: Source(str(file), file.sha256) for file in computed.files.all()}
    computed.files.filter(kind="wishes").update(sha256="0" * 64)
    with pytest.raises(WorkRefused, match=r"compute it again|relancez le calcul"):
        services.keep(computed, None, sources)  # type: ignore[arg-type]  # refused before it is looked at
    assert computed.pupils.count() == 4


def test_files_past_their_time_go_from_the_disk(
    computed: Round, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    paths = [Path(file.file.path) for file in computed.files.all()]
    Round.objects.update(created_at=computed.created_at - timedelta(days=400))
    with django_capture_on_commit_callbacks(execute=True):
        apply_retention(computed.created_at.date(), apply=True)
    assert not RoundFile.objects.exists()
    assert not RoundPupil.objects.exists()
    assert not any(path.exists() for path in paths)


def test_a_published_round_cannot_be_discarded(published: Round, manager: Client) -> None:
    manager.post(reverse("stages:change_state", args=[published.pk]), {"transition": "discard"})
    published.refresh_from_db()
    assert published.state == RoundState.PUBLISHED


def test_the_database_refuses_a_seat_given_twice_or_a_seat_that_is_not(computed: Round) -> None:
    offer = RoundOffer.objects.get(reference="bakery")
    placed = RoundPupil.objects.get(offer=offer)
    free = RoundPupil.objects.without_a_place().get()
    for seat in (placed.seat, offer.seats):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoundPupil.objects.filter(pk=free.pk).update(offer=offer, seat=seat, rank=1)


def test_a_form_says_what_is_wrong(manager: Client) -> None:
    page = manager.post(reverse("stages:new"), {"name": "R", "school_year": "2026-2028", "seed": -1})
    assert page.status_code == 200
    assert not Round.objects.exists()
    assert len(page.context["form"].errors) == 2


def test_everyone_reads_the_figures_of_the_last_published_round_only(
    computed: Round, manager: Client
) -> None:
    assert cards.latest_published() is None
    manager.post(reverse("stages:change_state", args=[computed.pk]), {"transition": "publish"})
    card = cards.latest_published()
    assert card is not None
    assert card.figure == "", "four pupils are too few for a public figure"
    assert "moins de 5 élèves sur moins de 5" in str(card.text)
    computed.refresh_from_db()
    computed.summary["result"]["everyone"] |= {"pupils": 400, "placed": 300, "first": 200}
    computed.save()
    card = cards.latest_published()
    assert card is not None
    assert card.figure == "75,0 %"
    assert "300 élèves sur 400" in str(card.text)


@pytest.mark.parametrize(
    "asked", ["offer__isnull=True", "offer__isnull=False", "protected=True", "week=2027-W05"]
)
def test_pupils_are_filtered(manager: Client, computed: Round, asked: str) -> None:
    assert manager.get(f"{reverse('stages:pupils', args=[computed.pk])}?{asked}").status_code == 200


def test_the_journal_tells_of_a_computed_round(
    computed: Round, administrator: Account, sign_in: Callable[[Account], Client]
) -> None:
    page = sign_in(administrator).get(reverse("audit:changes"))
    assert page.status_code == 200
    assert str(Round._meta.verbose_name) in page.content.decode()
