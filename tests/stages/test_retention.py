"""What `croisee privacy` finds and erases once a pupil is past the time, and whom it leaves."""

import datetime as dt
import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from croisee.directory.class_lists.kind import NAME
from croisee.directory.models import Consent, Contact, Enrolment, Person, Purpose, SchoolClass
from croisee.directory.privacy import people_past
from croisee.directory.services import erase_person, give_consent
from croisee.foundation.audit.tracking import event_model
from croisee.foundation.imports import services as imports
from croisee.opportunities.models import Application, Period
from croisee.stages.models import (
    Attendance,
    Convention,
    ConventionVersion,
    Presence,
    Review,
    Round,
    RoundPupil,
    RoundState,
    Side,
    Signature,
)
from tests.stages.convention_helpers import confirmed, sent, sign_as
from tests.world import YEAR, World, make_world

YEARS = dt.timedelta(days=3 * 366)


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.MEDIA_ROOT = tmp_path / "files"
    return make_world()


def lived(world: World, pupil: int) -> Convention:
    """A pupil with all that an internship leaves behind: a signed convention and a scan, presence, a review."""
    convention = sent(world, pupil, 2)
    sign_as(convention)
    signature = convention.signatures.all()[0]
    signature.scan.save("scan.pdf", ContentFile(b"%PDF-1.7 scan"))
    day = convention.application.period.starts_on
    Attendance.objects.create(convention=convention, day=day, presence=Presence.PRESENT)
    Review.objects.create(convention=convention, side=Side.PUPIL, mark=5, text="Très bien accueilli")
    round_ = Round.objects.create(
        organisation=world.metropolis, name="Tour 1", school_year="2022-2023", seed=7, state=RoundState.DRAFT
    )
    RoundPupil.objects.create(
        round=round_, person=world.pupils[pupil], reference="x", school_uai="0350001A", week="2023-W05"
    )
    give_consent(world.pupils[pupil], Purpose.SHARE_NEEDS, world.heads[0])
    return convention


def aged(*people: Person) -> None:
    """Take these people, with what they lived, three years back: their class is of a school year long over."""
    ids = [person.pk for person in people]
    for person in people:
        enrolment = person.enrolments.get()
        old, _new = SchoolClass.objects.get_or_create(
            school=enrolment.school_class.school, school_year="2022-2023", name="3e ancienne"
        )
        Enrolment.objects.filter(pk=enrolment.pk).update(school_class=old, reference=f"ANC-{person.pk}"[:12])
    Person.objects.filter(pk__in=ids).update(created_at=timezone.now() - YEARS)
    for period in Period.objects.filter(applications__person__in=ids).distinct():
        period.starts_on, period.ends_on = (
            period.starts_on - dt.timedelta(weeks=208),
            period.ends_on - dt.timedelta(weeks=208),
        )
        period.save()


def privacy(**options: object) -> str:
    out = io.StringIO()
    call_command("privacy", stdout=out, **options)
    return out.getvalue()


def files(folder: object) -> list[Path]:
    return [path for path in Path(str(folder)).rglob("*") if path.is_file()]


def test_a_pupil_past_the_time_goes_with_all_that_hangs_on(
    world: World, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    gone, stays = world.pupils[0], world.pupils[3]
    with django_capture_on_commit_callbacks(execute=True):
        lived(world, 0)
        confirmed(world, 3, 0)
    aged(gone)
    folder = settings.MEDIA_ROOT
    kept = {path for path in files(folder) if "conventions" in path.parts}
    assert kept
    before = Person.objects.count()
    said = privacy()
    assert str(Person._meta.verbose_name_plural) in said
    assert Person.objects.count() == before
    assert list(people_past(timezone.localdate())) == [gone]
    with django_capture_on_commit_callbacks(execute=True):
        privacy(apply=True)
    assert not Person.objects.filter(pk=gone.pk).exists()
    for model in (Convention, ConventionVersion, Signature, Attendance, Review, RoundPupil, Consent):
        assert not model._default_manager.exists(), model
    assert not Contact.objects.filter(person=gone.pk).exists()
    assert list(Application.objects.values_list("person", flat=True)) == [stays.pk]
    assert Person.objects.count() == before - 1
    assert not [path for path in files(folder) if path in kept]
    for model, name in ((Person, "family_name"), (Contact, "email"), (Review, "text")):
        history = event_model(model).objects.exclude(pgh_obj_id__in=model._default_manager.values("pk"))
        assert not history.exclude(**{name: ""}).exists(), model
    assert "people" not in privacy(apply=True).lower()


def test_erasing_one_pupil_takes_the_scans_from_the_disk(
    world: World, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        lived(world, 0)
    folder = settings.MEDIA_ROOT
    kept = [path for path in files(folder) if "conventions" in path.parts]
    assert kept
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(world.pupils[0], world.heads[0])
    assert not [path for path in kept if path.exists()]


def test_who_repeats_the_year_is_kept_with_the_new_class(world: World) -> None:
    """The class list of the next year finds the pupil again: the same person, whom retention leaves."""
    repeats, left = world.pupils[0], world.pupils[1]
    Person.objects.filter(pk=repeats.pk).update(given_name="Louise", family_name="Martin")
    aged(repeats, left)
    head = "NOM;PRENOM;NE(E) LE;DIVISION"
    row = f"MARTIN;Louise;{repeats.birth_date:%d/%m/%Y};3e 1"
    content = SimpleUploadedFile("liste.csv", f"{head}\n{row}\n".encode())
    target = f"school:{world.schools[0].pk}:{YEAR}"
    draft = imports.begin(NAME, {"pupils": content}, world.heads[0], target, ("move",))
    imports.apply(draft, world.heads[0])
    assert Enrolment.objects.active().filter(person=repeats, school_class=world.classes[0]).exists()
    assert list(people_past(timezone.localdate())) == [left]
    privacy(apply=True)
    assert Person.objects.filter(pk=repeats.pk).exists()
    assert not Person.objects.filter(pk=left.pk).exists()
