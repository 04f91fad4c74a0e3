"""Conventions: written from a place, sent, signed in any order, edited, ended."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from croisee.foundation.accounts.models import Account
from croisee.foundation.lifecycles.services import TransitionRefused
from croisee.stages.conventions.document import convention_pdf
from croisee.stages.models import Convention, ConventionState
from croisee.stages.services import conventions, signing
from croisee.territory.models import Epci, School, SchoolKind
from tests.stages.convention_helpers import confirmed, sent, sign_as
from tests.world import MONDAY, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


class TestWriting:
    def test_from_a_place_once(self, world):
        place = confirmed(world)
        first = conventions.prepare(place)
        assert conventions.prepare(place) == first
        content = signing.current(first).content
        assert content["pupil_name"] == "Élève0 Famille1"
        assert (content["head_name"], content["host_email"]) == ("Head1", "employer1@example.org")
        assert (content["starts_on"], content["ends_on"]) == (
            MONDAY.isoformat(),
            (MONDAY + dt.timedelta(days=4)).isoformat(),
        )
        assert len(content["articles"]) == 12

    def test_it_says_where_the_school_is_and_always_who_signs_for_the_host(self, world):
        school = world.schools[0]
        school.uai = "0369500F"
        school.save()
        School.objects.create(
            uai=school.uai,
            kind=SchoolKind.COLLEGE,
            epci=Epci.objects.create(code="200093201", name="M"),
            address="1 rue Neuve",
            postcode="36900",
        )
        Account.objects.filter(pk=world.employers[0].pk).update(name="")
        content = signing.current(conventions.prepare(confirmed(world))).content
        assert content["school_address"] == "1 rue Neuve, 36900"
        assert content["host_signatory"] == content["tutor_name"] == "Tutrice Essai"

    def test_lifecycle(self, world):
        convention = sent(world)
        assert convention.state == ConventionState.READY
        sign_as(convention, "host")
        assert convention.state == ConventionState.SIGNING
        sign_as(convention)
        assert convention.state == ConventionState.SIGNED


class TestPdf:
    def test_read_back(self, world):
        convention = sent(world)
        sign_as(convention)
        pdf = convention_pdf(convention)
        text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
        for said in ("Élève0 Famille1", "Entreprise 1", "Tutrice Essai", "Signe host", "Confidentialité"):
            assert said in text
        assert convention_pdf(Convention.objects.get(pk=convention.pk)) == pdf


class TestPages:
    @pytest.mark.parametrize("who", ["manager", "head", "teacher", "employer", "family"])
    def test_list_and_page(self, world, who, sign_in, django_assert_max_num_queries):
        convention = sent(world)
        account = {
            "manager": world.manager,
            "head": world.heads[0],
            "teacher": world.staff[0],
            "employer": world.employers[0],
            "family": world.families[0],
        }[who]
        browser = sign_in(account)
        with django_assert_max_num_queries(12):
            assert browser.get(reverse("stages:conventions")).status_code == 200
        with django_assert_max_num_queries(12):
            assert browser.get(convention.get_absolute_url()).status_code == 200
        assert browser.get(reverse("stages:convention_pdf", args=[convention.pk])).status_code == 200

    def test_a_family_waits_while_the_school_prepares(self, world, sign_in):
        convention = conventions.prepare(confirmed(world))
        page = convention.get_absolute_url()
        mine = reverse("stages:my_internship", args=[world.pupils[0].pk])
        said = {}
        for who in (world.families[0], world.heads[0]):
            client = sign_in(who)
            client.cookies["django_language"] = "en"
            said[who] = [client.get(path).content.decode() for path in (page, mine, reverse("portal:mine"))]
        shown, stands, home = said[world.families[0]]
        assert "tells you when it can be signed" in shown
        assert "To be settled" not in shown
        assert "in preparation" in stands
        assert "being prepared by the school" in home
        shown, stands, home = said[world.heads[0]]
        assert "tells you when it can be signed" not in shown
        assert "To be settled" in shown
        assert "to send for signature" in home

    def test_who_cannot_mend_is_not_asked_to(self, world, sign_in):
        convention = conventions.send_for_signature(conventions.prepare(confirmed(world)), world.heads[0])
        page, missing = convention.get_absolute_url(), "pupil_email"

        def asked(account):
            return [one.field for one in sign_in(account).get(page).context["findings"]]

        assert missing in asked(world.heads[0])
        assert asked(world.employers[0]) == []
        sign_as(convention, "pupil")
        assert missing not in asked(world.heads[0])

    def test_the_home_page_says_what_waits_for_me(self, world, sign_in):
        convention = sent(world)
        mine = "1 convention waits for your signature."
        for account, signatory in (
            (world.employers[0], "host"),
            (world.heads[0], "school_head"),
            (world.families[0], "legal_representative"),
        ):
            client = sign_in(account)
            client.cookies["django_language"] = "en"
            assert mine in client.get(reverse("portal:mine")).content.decode()
            sign_as(convention, signatory)
            said = client.get(reverse("portal:mine")).content.decode()
            assert "1 convention waits for signatures." in said

    def test_the_lists_say_who_has_not_signed(self, world, sign_in):
        convention = sent(world)
        sign_as(convention, "host", "pupil")
        head = sign_in(world.heads[0])
        pages = [
            reverse("stages:conventions"),
            reverse("stages:batch_conventions", args=[world.campaign.pk]),
        ]
        for page in pages:
            listing = head.get(page).context["listing"]
            place = [column.name for column in listing.columns].index("waiting")
            assert [row[place].text for row in listing.table] == ["représentant légal, chef d’établissement"]
            for who, shown in (("host", 0), ("school_head", 1)):
                filtered = head.get(page, {"waiting__contains": who}).context["listing"]
                assert len(filtered.table) == shown

    def test_nobody_else(self, world, sign_in):
        convention = sent(world)
        for account in (world.heads[1], world.families[1], world.employers[1], world.official):
            assert sign_in(account).get(convention.get_absolute_url()).status_code == 404


def test_roles(world):
    convention = conventions.prepare(confirmed(world))
    with pytest.raises(TransitionRefused):
        conventions.send_for_signature(convention, world.families[0])
