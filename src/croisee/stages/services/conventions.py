"""What is done to conventions: written from a place, edited, refreshed, sent for signature, ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import perform
from croisee.foundation.notices.services import Address, send_to
from croisee.opportunities.models import Application
from croisee.stages.conventions.entries import EDITABLE, PEOPLE, affected, differences, digest
from croisee.stages.conventions.findings import findings
from croisee.stages.conventions.gathering import gathered
from croisee.stages.models import Convention, ConventionState, ConventionVersion, Signatory
from croisee.stages.models.conventions import ENDED
from croisee.stages.notices import conventions as notices
from croisee.stages.services import signing
from croisee.stages.services.signing import TO_SIGN, Changed, Refused, current, locked

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from croisee.directory.models import Person
    from croisee.foundation.accounts.models import Account
    from croisee.opportunities.models import Opportunity

__all__ = [
    "Changed",
    "Edit",
    "Refused",
    "batch",
    "cancel",
    "cancel_for",
    "edit",
    "prepare",
    "send_for_signature",
]
STILL_WRITTEN = (
    ConventionState.DRAFT,
    ConventionState.READY,
    ConventionState.SIGNING,
    ConventionState.SIGNED,
)


@dataclass(frozen=True)
class Edit:
    """What an edit did: the entries that changed, the signatures that it voided."""

    changed: list[str] = field(default_factory=list)
    voided: list[str] = field(default_factory=list)


@transaction.atomic
def prepare(application: Application, account: Account | None = None) -> Convention:
    """The convention of a confirmed place, written when it is not there yet; in place of the person's former one."""
    place = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    living = Convention.objects.living()
    if found := living.filter(application=place).first():
        return found
    former = living.filter(application__person=place.person_id, application__call=place.call)
    replaced = former.order_by("-created_at").first()
    for old in former:
        _end(locked(old), "replace", gettext_noop("Another place was confirmed."), None)
    convention = Convention.objects.create(application=place, replaces=replaced)
    _add_version(convention, gathered(place), [], account)
    return convention


@transaction.atomic
def edit(convention: Convention, values: dict[str, Any], read: str, account: Account) -> Edit:
    """Write a new version in which `values` (of editable entries) hold for this pupil.

    `read` is the digest of the version that was edited. Raises Changed when it is not the last one any more, Refused
    when the convention is not edited any more.
    """
    now = locked(convention)
    _still_written(now)
    last = current(now)
    if last.sha256 != read:
        shown = now.versions.filter(sha256=read).last()
        raise Changed(differences(shown.content, last.content) if shown else [])
    if "family_firm" in values and not account.has_role(Role.SCHOOL_HEAD):
        raise Refused(_("Only the head of school attests that a firm is of the pupil’s family."))
    named = {name: value for name, value in values.items() if name in EDITABLE}
    content = {**last.content, **named}
    told = [name for name in differences(last.content, content) if name in named]
    content["adapted"] = sorted({*last.content["adapted"], *told})
    return _write(now, content, account)


def refresh(convention: Convention, account: Account | None) -> Edit:
    """Write a new version when the directory or the offer say otherwise than the last one."""
    with transaction.atomic():
        now = locked(convention)
        if now.state not in STILL_WRITTEN:
            return Edit()
        place = Application.objects.select_related("person", "period__opportunity__organisation")
        before = current(now).content
        return _write(now, gathered(place.get(pk=now.application_id), before), account)


def refresh_for_offer(opportunity: Opportunity, account: Account | None = None) -> list[Edit]:
    """After a change of an offer: its conventions say so, and those whose agreement it touches sign again."""
    return _refreshed(Convention.objects.filter(application__period__opportunity=opportunity), account)


def refresh_for_person(person: Person, account: Account | None = None) -> list[Edit]:
    """After a change of a pupil, of the contacts or of the class: as `refresh_for_offer`."""
    return _refreshed(Convention.objects.filter(application__person=person), account)


def _refreshed(conventions: QuerySet[Convention], account: Account | None) -> list[Edit]:
    rows = conventions.filter(state__in=STILL_WRITTEN).order_by("pk")
    return [edit_ for row in rows if (edit_ := refresh(row, account)).changed]


@transaction.atomic
def send_for_signature(convention: Convention, account: Account | None) -> Convention:
    """Ask all four to sign. Raises Refused while something blocks, TransitionRefused from another state or role."""
    now = locked(convention)
    blocking = [finding.sentence for finding in findings(current(now).content) if finding.blocks]
    if blocking and now.state == ConventionState.DRAFT:
        raise Refused(_("Not sent for signature yet.") + " " + " ".join(blocking))
    perform(now, "make_ready", account)
    there = set(now.signatures.living().values_list("signatory", flat=True))
    for signatory in Signatory:
        if signatory not in there:
            signing.open_signature(now, signatory)
    _follow_people(now)
    signing.ask(now.signatures.living().filter(signed_at__isnull=True), f"sent:{current(now).number}")
    signing.settle(now)
    return now


@dataclass(frozen=True)
class Batch:
    """What a batch did: conventions now sent, and those held back with why."""

    sent: list[Convention]
    held: list[tuple[Convention, str]]


def batch(applications: Iterable[Application], account: Account) -> Batch:
    """Prepare the conventions of these confirmed places, and send those that nothing stands against.

    Those sent already stay as they are. Each one is done or held for itself.
    """
    sent, held = [], []
    for application in applications:
        convention = prepare(application, account)
        if convention.state != ConventionState.DRAFT:
            continue
        try:
            sent.append(send_for_signature(convention, account))
        except Refused as refusal:
            held.append((convention, refusal.reason))
    return Batch(sent, held)


def cancel_for(application: Application, why: str, account: Account | None = None) -> None:
    """A place is given back or cancelled: its convention is too, and its signatories are told `why`.

    `why` as in `places.cancel_place`.
    """
    for convention in Convention.objects.living().filter(application=application):
        with transaction.atomic():
            now = locked(convention)
            if now.state not in (*ENDED, ConventionState.DONE):
                _end(now, "cancel", why, None)


@transaction.atomic
def cancel(convention: Convention, why: str, account: Account) -> None:
    """Cancel a convention, for a reason said to its signatories. Raises TransitionRefused."""
    _end(locked(convention), "cancel", why, account)


def begin_and_end(today: dt.date | None = None) -> tuple[int, int]:
    """Conventions signed by all run from their first day, and are done after the last; how many began and ended."""
    day = today or timezone.localdate()
    signed = Convention.objects.filter(state=ConventionState.SIGNED, application__period__starts_on__lte=day)
    begun = [perform(convention, "begin", None) for convention in signed]
    over = Convention.objects.filter(state=ConventionState.RUNNING, application__period__ends_on__lt=day)
    return len(begun), len([perform(convention, "end", None) for convention in over])


# How a version is written


def _still_written(convention: Convention) -> None:
    if convention.state not in STILL_WRITTEN:
        said = _("This convention is not changed any more: its state is “%s”.")
        raise Refused(said % convention.get_state_display())


def _write(convention: Convention, content: dict[str, Any], account: Account | None) -> Edit:
    """A new version of a locked convention; signatures that it touches are voided and asked for again."""
    changed = differences(current(convention).content, content)
    if not changed:
        return Edit()
    version = _add_version(convention, content, changed, account)
    touched = affected(changed)
    given = convention.signatures.living().filter(signed_at__isnull=False, signatory__in=touched)
    voided = [row.signatory for row in given]
    opened = signing.void(given, changed)
    _follow_people(convention)
    _forget_document(convention)
    if convention.state in (*TO_SIGN, ConventionState.SIGNED):
        if any(finding.blocks for finding in findings(content)):
            perform(convention, "rewrite", None)
        else:
            signing.settle(convention)
            signing.ask(opened, f"changed:{version.number}", changed)
    return Edit(changed, voided)


def _add_version(
    convention: Convention, content: dict[str, Any], changed: list[str], account: Account | None
) -> ConventionVersion:
    number = convention.versions.count() + 1
    return ConventionVersion.objects.create(
        convention=convention,
        number=number,
        content=content,
        sha256=digest(content),
        changed=changed,
        account=account,
    )


def _follow_people(convention: Convention) -> None:
    """Names and addresses of those who have not signed, addresses of all; links sent to another address end."""
    content = current(convention).content
    moved = []
    for row in convention.signatures.living():
        name, email = (content[entry] for entry in PEOPLE[Signatory(row.signatory)])
        if row.email != email:
            row.links.all().delete()
            moved += [] if row.signed_at else [row]
        row.email = email
        row.name = row.name if row.signed_at else name
        row.save()
    if convention.state in TO_SIGN:
        signing.ask(moved, f"address:{convention.versions.count()}")


def _forget_document(convention: Convention) -> None:
    """What all had signed is not what is agreed any more."""
    if convention.document:
        stored, name = convention.document.storage, str(convention.document.name)
        convention.document, convention.reference = "", ""
        convention.save(update_fields=["document", "reference", "updated_at"])
        transaction.on_commit(lambda: stored.delete(name))


def _end(convention: Convention, transition: str, why: str, account: Account | None) -> None:
    """Cancel or replace a locked convention, and tell those who were asked to sign it."""
    told = [row.email for row in convention.signatures.living() if row.email]
    perform(convention, transition, account)
    convention.why_ended = why[:300]
    convention.save(update_fields=["why_ended", "updated_at"])
    context = {"convention": str(convention.pk)}
    people = [Address(email) for email in dict.fromkeys(told)]
    send_to(notices.CANCELLED, people, key=str(convention.pk), context=context)
