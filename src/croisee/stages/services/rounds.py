"""What is done to rounds: prepare, receive the files, compute, publish, withdraw, discard; who may read a pupil."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.models import Person
from croisee.foundation.accounts import services as accounts
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles.services import perform
from croisee.foundation.notices.services import send
from croisee.foundation.progress.models import Progress
from croisee.foundation.progress.services import background, start
from croisee.foundation.progress.tracking import Tracker, WorkRefused
from croisee.foundation.tables import Table, read_bytes, write_csv
from croisee.stages import loaded
from croisee.stages.certificate import Source, certificate
from croisee.stages.files import RoundFiles
from croisee.stages.files.columns import COLUMNS
from croisee.stages.files.reading import check_tables
from croisee.stages.kept import offer_rows, pupil_rows, summary
from croisee.stages.models import FamilyAccess, Round, RoundFile, RoundOffer, RoundPupil, RoundState
from croisee.stages.notices import rounds as notices
from croisee.stages.round import Outcome, Parameters, run
from croisee.stages.travel import Travel

if TYPE_CHECKING:
    from collections.abc import Callable

IMPORT = "stages.round"
BATCH = 2_000


def files_address(round_: Round) -> str:
    """Where the files of a round are sent: the import, which shows every fault before anything is kept."""
    return f"{reverse('imports:begin', args=[IMPORT])}?target={round_.pk}"


@transaction.atomic
def prepare(account: Account, *, name: str, school_year: str, seed: int) -> Round:
    """A new round of the metropolis that `account` manages campaigns for."""
    organisation = account.organisations(Role.CAMPAIGN_MANAGER).earliest("created_at")
    return Round.objects.create(organisation=organisation, name=name, school_year=school_year, seed=seed)


@transaction.atomic
def receive_files(round_: Round, tables: Mapping[str, Table]) -> None:
    """Keep the three tables of a round in preparation, in the place of former ones.

    Raises Round.DoesNotExist when the round is not in preparation any more.
    """
    locked = Round.objects.select_for_update().get(pk=round_.pk, state=RoundState.DRAFT)
    erase_files(locked.files.all())
    for kind, table in tables.items():
        data = _as_csv(table)
        file = RoundFile(round=locked, kind=kind, sha256=hashlib.sha256(data).hexdigest(), rows=len(table))
        file.file.save(f"{file.pk}.csv", ContentFile(data), save=False)
        file.save()


def start_computing(round_: Round, account: Account) -> Progress:
    """Compute the round in the background; a second click follows the first."""
    if round_.campaign and round_.turn:
        from croisee.stages.services import placing

        return placing.start_round(round_.campaign, round_.turn, account)
    title = _("Computing the round “%s”") % round_.name
    return start(compute, account, title, key=f"round:{round_.pk}", round_id=str(round_.pk))


@background
def compute(tracker: Tracker, round_id: str) -> str:
    """Read the files of a round, place, audit, and keep the result; nothing is kept unless the audit passes."""
    round_ = Round.objects.get(pk=UUID(round_id))
    tracker.advance(0, 4, _("Reading the files"))
    files, sources = _files_of(round_)
    tracker.advance(1, 4, _("Placing the pupils"))
    parameters = Parameters(seed=round_.seed)
    outcome = run(files, loaded.zones(), loaded.schools(), parameters, loaded_travel(tracker))
    tracker.advance(2, 4, _("Checking the result"))
    if not outcome.audit.ok:
        raise WorkRefused(
            _("The audit found a fault in the result: nothing was kept. Tell us the round's name.")
        )
    tracker.advance(3, 4, _("Keeping the result"))
    keep(round_, outcome, sources)
    return round_.get_absolute_url()


def loaded_travel(tracker: Tracker) -> Travel | None:
    """Travel times by the loaded timetable, which tell `tracker` how far they are; None where none is loaded."""
    if not loaded.has_timetable():
        return None
    tracker.advance(1, 4, _("Travel times: reading the timetable"))

    def advance(done: int, homes: int) -> None:
        tracker.advance(1, 4, _("Travel times: %(done)d of %(homes)d homes") % {"done": done, "homes": homes})

    return loaded.travel(advance)


@transaction.atomic
def keep(round_: Round, outcome: Outcome, sources: Mapping[str, Source]) -> None:
    """Store a computed round: offers, pupils with their place and reasons, figures, certificate.

    Raises WorkRefused when the files of the round are no longer those that it was computed from.
    """
    locked = Round.objects.select_for_update().get(pk=round_.pk)
    if dict(locked.files.values_list("kind", "sha256")) != {k: s.sha256 for k, s in sources.items()}:
        raise WorkRefused(_("The files of the round changed meanwhile: compute it again."))
    store(locked, outcome, sources, offer_rows(locked, outcome))


def store(
    round_: Round,
    outcome: Outcome,
    sources: Mapping[str, Source],
    offers: list[RoundOffer],
    persons: Mapping[str, Person] | None = None,
    notes: Sequence[str] = (),
) -> None:
    """Write the result of a round that the caller holds locked: `offers` not saved yet, then the pupils.

    `persons` says by reference who the pupils are, when the round is a campaign's; `notes` what did not count.
    """
    erase_result(round_)
    saved = RoundOffer.objects.bulk_create(offers, batch_size=BATCH)
    pupils = pupil_rows(round_, outcome, saved, persons or {})
    RoundPupil.objects.bulk_create(pupils, batch_size=BATCH)
    round_.summary = {**summary(outcome), "notes": list(notes)}
    round_.certificate = certificate(outcome, sources, {})
    round_.computed_at = timezone.now()
    round_.save()
    perform(round_, "compute", None)


@transaction.atomic
def publish(round_: Round, account: Account | None) -> None:
    """Show the result to whom it concerns, and tell them; of a campaign's round, give the places too."""
    if round_.campaign_id is not None:
        from croisee.stages.services import placing

        placing.publish_round(round_, account)
        return
    perform(round_, "publish", account)
    round_.published_at = timezone.now()
    round_.save()
    key, context = f"round:{round_.pk}", {"round": round_.name, "path": round_.get_absolute_url()}
    send(notices.PUBLISHED, heads_of_schools(round_), key=key, context=context)
    families = Account.objects.filter(round_pupils__round=round_).distinct()
    send(
        notices.PLACE_KNOWN, families, key=key, context={**context, "path": reverse("stages:my_internships")}
    )


@transaction.atomic
def withdraw(round_: Round, account: Account | None) -> None:
    """Take a published result back: only the campaign manager sees it again."""
    if round_.campaign_id is not None:
        from croisee.stages.services import placing

        placing.withdraw_round(round_, account)
        return
    perform(round_, "withdraw", account)
    round_.published_at = None
    round_.save()


@transaction.atomic
def reopen(round_: Round, account: Account | None) -> None:
    """Prepare a computed round again: its result is erased, its files stay."""
    perform(round_, "reopen", account)
    erase_result(round_)
    round_.summary, round_.certificate, round_.computed_at = {}, {}, None
    round_.save()


@transaction.atomic
def discard(round_: Round, account: Account | None) -> None:
    """Give a round up: its files and its pupils are erased, the round stays in the journal."""
    perform(round_, "discard", account)
    erase_result(round_)
    erase_files(round_.files.all())


VERBS: "dict[str, Callable[[Round, Account | None], None]]" = {
    "publish": publish,
    "withdraw": withdraw,
    "reopen": reopen,
    "discard": discard,
}


@transaction.atomic
def invite_family(pupil: RoundPupil, email: str) -> Account:
    """Let the owner of an e-mail address read the page of a pupil; make the account and write to it when new.

    Raises ValidationError when the address is none, or when that person's role of family begins at a later date.
    """
    # Two clicks, or two schools that write to one family, make one account and one role.
    organisation = Organisation.objects.select_for_update().get(pk=pupil.round.organisation_id)
    account: Account | None = Account.objects.filter(email=email.lower()).first()
    if account is None or not account.has_role(Role.FAMILY):
        account = accounts.invite(email, organisation, Role.FAMILY).account
    pupil.families.add(account)
    if pupil.round.state == RoundState.PUBLISHED:
        context = {"round": pupil.round.name, "path": reverse("stages:my_internships")}
        send(notices.PLACE_KNOWN, [account], key=f"round:{pupil.round_id}", context=context)
    return account


def remove_family(access: FamilyAccess) -> None:
    """Close the page of a pupil to an account, at once: an address was mistyped, or custody changed."""
    access.delete()


def _files_of(round_: Round) -> tuple[RoundFiles, dict[str, Source]]:
    """The checked files of a round, and what the certificate says of each."""
    kept = {file.kind: file for file in round_.files.all()}
    if set(kept) != set(RoundFile.Kind.values):
        raise WorkRefused(_("The three files of the round are not there yet: send them first."))
    tables = {}
    for kind, file in kept.items():
        with file.file.open("rb") as stream:
            tables[kind] = read_bytes(stream.read(), COLUMNS[kind], file=f"{kind}.csv")
    files = check_tables(tables["offers"], tables["pupils"], tables["wishes"])
    return files, {kind: Source(str(file), file.sha256) for kind, file in kept.items()}


def _as_csv(table: Table) -> bytes:
    """A table as the CSV file that would be read back into it."""
    names = [name for name in table.columns if table.has(name)]
    with TemporaryDirectory() as folder:
        path = Path(folder, "table.csv")
        write_csv(path, names, zip(*(table.columns[name] for name in names), strict=True), bom=False)
        return path.read_bytes()


def heads_of_schools(round_: Round) -> list[Account]:
    """The heads of the schools whose pupils are in a round."""
    schools = round_.pupils.values("school_uai")
    heads = Membership.objects.active().filter(role=Role.SCHOOL_HEAD, organisation__uai__in=schools)
    return list(Account.objects.filter(memberships__in=heads).distinct())


def erase_result(round_: Round) -> None:
    """Delete what a computation kept."""
    round_.pupils.all().delete()
    round_.offers.all().delete()


def erase_files(files: QuerySet[RoundFile]) -> int:
    """Delete rows and, once that is certain, the files themselves; return how many."""
    names = [(file.file.storage, str(file.file.name)) for file in files]
    files.delete()

    def erase() -> None:
        for storage, name in names:
            storage.delete(name)

    transaction.on_commit(erase)
    return len(names)
