"""Signing by link, in any order, by mail through a real SMTP socket; edits void what they touch and nothing else."""

import datetime as dt
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from croisee.foundation.accounts.models import Membership
from croisee.foundation.accounts.roles import Role
from croisee.foundation.notices.models import Ledger, State
from croisee.stages.conventions.document import signature_rows
from croisee.stages.conventions.entries import AFFECTS
from croisee.stages.models import Convention, ConventionState, Internship, Signatory, Signature, SignatureLink
from croisee.stages.notices import conventions as notices
from croisee.stages.services import conventions, signing
from tests.stages.convention_helpers import listening, path_in, sent, sign_as, text_of, work
from tests.world import BORN_LATER, MONDAY, make_world, member

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a scan"


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def inbox(settings):
    with listening(settings) as inbox:
        yield inbox


def token_for(convention, signatory=Signatory.HOST):
    return signing.new_link(convention.signatures.living().get(signatory=signatory))


def page(token):
    return reverse("stages:sign", args=[token])


def signed_form(convention, **more):
    return {"read": signing.current(convention).sha256, "name": "Moi Même", "agree": "on", **more}


class TestMail:
    def test_whole_way(self, world, inbox):
        convention = sent(world)
        work()
        asked = {mail["To"]: path_in(mail) for mail in inbox.mails}
        assert set(asked) == {
            "employer1@example.org",
            "family1@example.org",
            "pupil0@example.org",
            "head1@example.org",
        }
        browser = Client()
        for path in asked.values():
            assert browser.get(path).status_code == 200
            assert browser.post(path, signed_form(convention)).status_code == 302
        work()
        for address in [*asked, "tutrice@example.org", "professeur@example.org"]:
            [receipt] = [mail for mail in inbox.to(address) if list(mail.iter_attachments())]
            [pdf] = receipt.iter_attachments()
            assert pdf.get_content_type() == "application/pdf"
            assert pdf.get_content().startswith(b"%PDF-")
        assert all(len(inbox.to(address)) == 3 for address in asked)
        assert "Empreinte" in text_of(inbox.to("pupil0@example.org")[1])

    def test_server_down_loses_nothing(self, world, inbox):
        inbox.down = True
        convention = sent(world)
        work()
        assert not inbox.mails
        assert set(Ledger.objects.values_list("state", flat=True)) == {State.WAITING}
        inbox.down = False
        sign_as(convention, "host")
        Ledger.objects.update(next_attempt_at=timezone.now() - dt.timedelta(hours=1))
        from croisee.foundation.notices.services import send_due

        send_due()
        assert len(inbox.to("family1@example.org")) == 1
        # What the host was asked is done: that e-mail is not sent any more.
        assert [mail["Subject"].strip()[:9] for mail in inbox.to("employer1@example.org")] == ["Signature"]

    def test_outbox_holds_no_secret_and_no_name(self, world):
        convention = sent(world)
        assert not SignatureLink.objects.exists()
        kept = str(list(Ledger.objects.values_list("context", flat=True)))
        assert "Famille1" not in kept
        assert "token" not in kept
        assert convention.signatures.count() == 4

    def test_reminders_at_most_one_a_day_never_after_signing(self, world):
        convention = sent(world)
        today = timezone.localdate()
        assert signing.remind_due(today + dt.timedelta(days=2)) == 0
        assert signing.remind_due(today + dt.timedelta(days=3)) == 4
        assert signing.remind_due(today + dt.timedelta(days=3)) == 0
        sign_as(convention, "host", "pupil")
        assert signing.remind_due(today + dt.timedelta(days=4)) == 2

    def test_who_signs_many_is_reminded_once_a_day_of_each_in_turn(self, world):
        first, second = sent(world), sent(world, 1, 1)
        today = timezone.localdate()
        head = world.heads[0].email
        told = Signature.objects.filter(email=head, reminded_on__isnull=False)
        assert signing.remind_due(today + dt.timedelta(days=3)) == len(
            set(Signature.objects.values_list("email", flat=True))
        )
        assert told.count() == 1
        signing.remind_due(today + dt.timedelta(days=4))
        assert {row.convention_id for row in told} == {first.pk, second.pk}
        row = told.get(convention=first)
        said = notices.REMINDER.completed({"signature": str(row.pk), "changes": []})
        assert said["others"] == 1


class TestLinks:
    def test_the_last_to_sign_reads_that_all_have(self, world):
        convention = sent(world)
        token = token_for(convention)
        said = []
        for signatory in ("host", "legal_representative", "pupil", "school_head"):
            sign_as(convention, signatory)
            said.append(Client().get(page(token)).context["complete"])
        assert said == [False, False, False, True]

    def test_reading_never_signs(self, world):
        convention = sent(world)
        token = token_for(convention)
        for method in ("get", "head"):
            assert getattr(Client(), method)(page(token)).status_code == 200
        assert not Signature.objects.filter(signed_at__isnull=False).exists()
        answer = Client().get(page(token))
        assert answer["Referrer-Policy"] == "strict-origin"
        assert "no-store" in answer["Cache-Control"]
        assert Client().get(reverse("stages:sign_pdf", args=[token])).content.startswith(b"%PDF-")

    def test_forged_form_is_refused(self, world):
        convention = sent(world)
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(page(token_for(convention)), signed_form(convention)).status_code == 403

    def test_box_must_be_ticked(self, world):
        convention = sent(world)
        answer = Client().post(page(token_for(convention)), signed_form(convention, agree=""))
        assert answer.status_code == 200
        assert not Signature.objects.filter(signed_at__isnull=False).exists()

    def test_reused(self, world):
        convention = sent(world)
        token = token_for(convention)
        for _click in range(2):
            assert Client().post(page(token), signed_form(convention)).status_code in (200, 302)
        answer = Client().get(page(token))
        assert "Vous avez signé" in answer.content.decode()
        assert Signature.objects.filter(signed_at__isnull=False).count() == 1

    def test_unknown_says_nothing(self, world):
        sent(world)
        for token in ("x", "a" * 43):
            answer = Client().get(page(token))
            assert answer.status_code == 404
            assert "Famille1" not in answer.content.decode()

    def test_expired_then_renewed(self, world, inbox):
        convention = sent(world)
        work()
        token = token_for(convention)
        SignatureLink.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))
        answer = Client().get(page(token))
        assert answer.status_code == 410
        assert "e…@example.org" in answer.content.decode()
        assert Client().post(page(token), signed_form(convention)).status_code == 410
        assert Client().get(reverse("stages:sign_pdf", args=[token])).status_code == 410
        for _click in range(2):
            assert Client().post(reverse("stages:renew_link", args=[token])).status_code == 200
        work()
        first, second = inbox.to("employer1@example.org")
        assert path_in(first) != path_in(second)
        assert Client().post(path_in(second), signed_form(convention)).status_code == 302

    def test_link_sent_to_a_wrong_address_ends_with_it(self, world):
        convention = sent(world)
        token = token_for(convention)
        read = signing.current(convention).sha256
        conventions.edit(convention, {"host_email": "right@example.org"}, read, world.heads[0])
        assert Client().get(page(token)).status_code == 404

    def test_cancelled(self, world):
        convention = sent(world)
        token = token_for(convention)
        conventions.cancel(convention, "La place est rendue.", world.heads[0])
        assert "rien à signer" in Client().get(page(token)).content.decode()


class TestEdits:
    def test_only_what_it_touches(self, world):
        convention = sent(world)
        sign_as(convention)
        assert convention.state == ConventionState.SIGNED
        read = signing.current(convention).sha256
        done = conventions.edit(convention, {"tutor_name": "Une autre"}, read, world.heads[0])
        assert done.voided == [Signatory.HOST]
        convention.refresh_from_db()
        assert convention.state == ConventionState.SIGNING
        sign_as(convention, "host")
        assert convention.state == ConventionState.SIGNED
        voided = convention.signatures.get(voided_at__isnull=False)
        # Names of entries, which each reader's page says in its own language.
        assert voided.void_reason.split() == done.changed

    def test_signing_what_was_not_read(self, world):
        convention = sent(world)
        token, form = token_for(convention), signed_form(convention)
        conventions.edit(convention, {"lunch": "Sur place"}, form["read"], world.heads[0])
        answer = Client().post(page(token), form)
        assert answer.status_code == 409
        assert "Repas" in answer.content.decode()
        assert not Signature.objects.filter(signed_at__isnull=False).exists()
        assert Client().post(page(token), signed_form(convention)).status_code == 302

    def test_two_tabs(self, world, sign_in):
        convention = sent(world)
        read = signing.current(convention).sha256
        conventions.edit(convention, {"lunch": "Sur place"}, read, world.heads[0])
        with pytest.raises(signing.Changed):
            conventions.edit(convention, {"lunch": "Cantine"}, read, world.heads[0])

    def test_offer_changes(self, world):
        convention = sent(world)
        sign_as(convention)
        Internship.objects.filter(opportunity=world.offers[0]).update(hours={"1": [["09:00", "12:00"]]})
        [done] = conventions.refresh_for_offer(world.offers[0], world.employers[0])
        assert set(done.voided) == set(Signatory)
        convention.refresh_from_db()
        assert convention.state == ConventionState.READY
        assert conventions.refresh_for_offer(world.offers[0]) == []

    def test_adapted_hours_outlive_the_offer(self, world):
        convention = sent(world)
        hours = {"1": [["10:00", "12:00"]]}
        read = signing.current(convention).sha256
        conventions.edit(convention, {"hours": hours}, read, world.heads[0])
        Internship.objects.filter(opportunity=world.offers[0]).update(hours={}, tutor_name="Autre")
        conventions.refresh_for_offer(world.offers[0])
        content = signing.current(convention).content
        assert (content["hours"], content["tutor_name"]) == (hours, "Autre")

    def test_age_that_forbids_stops_signing(self, world):
        convention = sent(world)
        person = world.pupils[0]
        person.birth_date = BORN_LATER
        person.save()
        conventions.refresh_for_person(person)
        convention.refresh_from_db()
        assert convention.state == ConventionState.DRAFT
        with pytest.raises(conventions.Refused, match=r"14"):
            conventions.send_for_signature(convention, world.heads[0])
        read = signing.current(convention).sha256
        with pytest.raises(conventions.Refused):
            conventions.edit(convention, {"family_firm": True}, read, world.staff[0])
        conventions.edit(convention, {"family_firm": True}, read, world.heads[0])
        conventions.send_for_signature(convention, world.heads[0])
        sign_as(convention)
        assert convention.state == ConventionState.SIGNED

    def test_replaced_by_another_place(self, world):
        first = sent(world)
        type(first.application).objects.filter(pk=first.application_id).update(state="cancelled")
        second = conventions.prepare(confirmed_other(world))
        first.refresh_from_db()
        assert (first.state, second.replaces) == (ConventionState.REPLACED, first)


def confirmed_other(world):
    place = world.wish(0, 2, 2)
    for state in ("offered", "confirmed"):
        type(place).objects.filter(pk=place.pk).update(state=state)
    return place


EDITS = {
    "tutor_name": st.sampled_from(["Anne", "Bea"]),
    "lunch": st.sampled_from(["Cantine", "Sur place"]),
    "tutor_phone": st.sampled_from(["01", "02"]),
    "representative_name": st.sampled_from(["P1", "P2"]),
    "objectives": st.sampled_from(["O1", "O2"]),
    "address": st.sampled_from(["A1", "A2"]),
}
STEPS = st.lists(
    st.one_of(
        st.sampled_from(Signatory.values),
        st.sampled_from(sorted(EDITS)).flatmap(lambda name: st.tuples(st.just(name), EDITS[name])),
    ),
    max_size=9,
)


@given(st.permutations(Signatory.values), STEPS)
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_signed_exactly_when_all_agree_with_what_is_agreed(order, steps):
    from django.db import transaction

    with transaction.atomic():
        world = make_world()
        convention = sent(world)
        for step in [*steps, *order]:
            read = signing.current(convention).sha256
            if isinstance(step, str):
                signing.sign(convention, step, name="x", read=read) if convention_open(convention) else None
            else:
                conventions.edit(convention, dict([step]), read, world.heads[0])
            convention.refresh_from_db()
            assert (convention.state == ConventionState.SIGNED) == agreed_by_all(convention)
        assert convention.state == ConventionState.SIGNED
        transaction.set_rollback(True)


def convention_open(convention):
    return convention.state in signing.TO_SIGN


def agreed_by_all(convention):
    """The invariant, computed apart: each living signature's version says the same of what concerns it."""
    versions = list(convention.versions.order_by("number"))
    now = versions[-1].content
    given = convention.signatures.filter(voided_at__isnull=True, signed_at__isnull=False)
    holding = set()
    for row in given:
        bound = next(version.content for version in versions if version.sha256 == row.document_sha256)
        concerned = [name for name, who in AFFECTS.items() if row.signatory in who]
        assert all(bound[name] == now[name] for name in concerned)
        holding.add(row.signatory)
    return holding == set(Signatory.values)


class TestSignedIn:
    @pytest.mark.parametrize("who", ["head", "employer", "family"])
    def test_by_role(self, world, sign_in, who):
        convention = sent(world)
        account, signatory = {
            "head": (world.heads[0], Signatory.SCHOOL_HEAD),
            "employer": (world.employers[0], Signatory.HOST),
            "family": (world.families[0], Signatory.LEGAL_REPRESENTATIVE),
        }[who]
        address = reverse("stages:sign_signed_in", args=[convention.pk])
        browser = sign_in(account)
        assert browser.get(address).status_code == 200
        said = browser.post(address, signed_form(convention), follow=True)
        assert [str(message.level_tag) for message in said.context["messages"]] == ["success"]
        row = Signature.objects.get(signed_at__isnull=False)
        assert (row.signatory, row.recorded_by, row.on_behalf) == (signatory, account, "")

    def test_deputy_signs_by_delegation(self, world, sign_in):
        deputy = member(Role.SCHOOL_HEAD, world.schools[0], "deputy@example.org", administers=False)
        convention = sent(world)
        address = reverse("stages:sign_signed_in", args=[convention.pk])
        sign_in(deputy).post(address, signed_form(convention))
        assert Signature.objects.get(signed_at__isnull=False).on_behalf == "Head1"

    def test_teacher_does_not_sign(self, world, sign_in):
        convention = sent(world)
        address = reverse("stages:sign_signed_in", args=[convention.pk])
        assert sign_in(world.staff[0]).post(address, signed_form(convention)).status_code == 404
        assert sign_in(world.heads[1]).post(address, signed_form(convention)).status_code == 404
        assert Membership.objects.filter(role=Role.SCHOOL_STAFF).exists()


class TestPaper:
    def form(self, convention, data=PDF, **more):
        return {
            **signed_form(convention),
            "signatory": "pupil",
            "signed_on": str(timezone.localdate()),
            "scan": SimpleUploadedFile("x.exe", data),
            **more,
        }

    def test_recorded_with_its_scan(self, world, sign_in, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        convention = sent(world)
        school = sign_in(world.staff[0])
        address = reverse("stages:sign_on_paper", args=[convention.pk])
        asked = school.get(address, {"signatory": "pupil"}).context["form"]
        assert asked["name"].value() == str(world.pupils[0])
        assert school.post(address, self.form(convention)).status_code == 302
        row = Signature.objects.get(signatory="pupil")
        assert (row.method, row.recorded_by) == ("paper", world.staff[0])
        assert ":" not in signature_rows([row], list(convention.versions.all()))[2][2]
        scan = reverse("stages:signature_scan", args=[row.pk])
        assert b"".join(school.get(scan).streaming_content) == PDF
        assert sign_in(world.families[1]).get(scan).status_code == 404

    @pytest.mark.parametrize("data", [b"MZ\x00", b"", PDF + b"0" * 5 * 1024 * 1024])
    def test_file_that_is_none(self, world, sign_in, data):
        convention = sent(world)
        address = reverse("stages:sign_on_paper", args=[convention.pk])
        assert sign_in(world.heads[0]).post(address, self.form(convention, data)).status_code == 200
        assert not Signature.objects.filter(signed_at__isnull=False).exists()

    def test_day_to_come(self, world, sign_in):
        convention = sent(world)
        address = reverse("stages:sign_on_paper", args=[convention.pk])
        form = self.form(convention, signed_on=str(timezone.localdate() + dt.timedelta(days=1)))
        assert sign_in(world.heads[0]).post(address, form).status_code == 200


def test_dates_begin_and_end_it(world):
    convention = sent(world)
    sign_as(convention)
    assert conventions.begin_and_end(MONDAY - dt.timedelta(days=1)) == (0, 0)
    assert conventions.begin_and_end(MONDAY) == (1, 0)
    assert conventions.begin_and_end(MONDAY + dt.timedelta(days=4)) == (0, 0)
    assert conventions.begin_and_end(MONDAY + dt.timedelta(days=5)) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_two_last_signatures_at_once_complete_once():
    world = make_world()
    convention = sent(world)
    sign_as(convention, "host", "pupil")
    read = signing.current(convention).sha256
    together = threading.Barrier(2)

    def last(signatory):
        together.wait()
        signing.sign(Convention.objects.get(pk=convention.pk), signatory, name="x", read=read)
        connection.close()

    threads = [
        threading.Thread(target=last, args=[one])
        for one in (
            "legal_representative",
            "school_head",
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    convention.refresh_from_db()
    assert convention.state == ConventionState.SIGNED
    receipts = Ledger.objects.filter(notice="stages.convention_signed")
    assert receipts.count() == 6
    assert receipts.values("key").distinct().count() == 1
