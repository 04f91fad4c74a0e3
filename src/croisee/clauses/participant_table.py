"""The import of participants: a table of people, taken in whole or not at all; the same table twice changes nothing."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from croisee.clauses.models import Criterion, Eligibility, EligibilityState, Participant
from croisee.clauses.services import eligibility
from croisee.clauses.services import participants as services
from croisee.directory.forms.person import OLDEST, YOUNGEST
from croisee.directory.models import Level, Mode, Person, Sex
from croisee.directory.names import Key, looks_like_a_name, person_key
from croisee.directory.rome import codes_in, strays_in
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.dates import age_in_years
from croisee.foundation.imports.kinds import ImportKind, Outcome, Slot, Tables, Target
from croisee.foundation.tables import Column, Fault, Refused, Table, values
from croisee.territory.wording import plain

NAME = "clauses.participants"
SLOT = "participants"
FAMILY_NAME, GIVEN_NAME, BORN, SEX = "nom", "prenom", "date_naissance", "sexe"
ADDRESS, POSTCODE, CITY = "adresse", "code_postal", "ville"
EMAIL, PHONE, JOBS, LEVEL = "courriel", "telephone", "rome", "niveau"
MODE, MINUTES, HOURS = "deplacement", "minutes", "heures_semaine"
CRITERION, PROOF_ON, PROOF = "critere", "date_justificatif", "justificatif"
COLUMNS = (
    Column(FAMILY_NAME, ("nom de famille", "nom usage", "family_name"), max_length=100),
    Column(GIVEN_NAME, ("prénom", "prenoms", "given_name", "first_name"), max_length=100),
    Column(BORN, ("date de naissance", "né(e) le", "naissance", "birth_date")),
    Column(SEX, ("civilité", "genre", "sex"), required=False, max_length=20),
    Column(ADDRESS, ("adresse 1", "adresse postale", "address"), required=False, max_length=200),
    Column(POSTCODE, ("cp", "postcode"), required=False, max_length=10),
    Column(CITY, ("commune", "city"), required=False, max_length=80),
    Column(EMAIL, ("mail", "email", "adresse mail", "e-mail"), required=False, max_length=254),
    Column(PHONE, ("tel", "téléphone", "portable", "phone"), required=False, max_length=30),
    Column(JOBS, ("code rome", "codes rome", "métier", "metiers", "jobs"), required=False, max_length=120),
    Column(LEVEL, ("niveau de formation", "niveau d'études", "level"), required=False, max_length=80),
    Column(MODE, ("mobilité", "moyen de transport", "mode"), required=False, max_length=40),
    Column(MINUTES, ("minutes maximum", "temps de trajet", "minutes"), required=False),
    Column(HOURS, ("heures par semaine", "weekly_hours"), required=False),
    Column(
        CRITERION, ("critère", "public", "critère d'éligibilité", "criterion"), required=False, max_length=120
    ),
    Column(PROOF, ("pièce justificative", "proof"), required=False, max_length=200),
    Column(PROOF_ON, ("date du justificatif", "date de la pièce", "proof_on"), required=False),
)
SEXES = {
    "f": Sex.WOMAN,
    "femme": Sex.WOMAN,
    "mme": Sex.WOMAN,
    "madame": Sex.WOMAN,
    "h": Sex.MAN,
    "m": Sex.MAN,
    "homme": Sex.MAN,
    "monsieur": Sex.MAN,
}
"""How tables of the field write it, beside our own words."""
MODES = {
    "bus": Mode.TRANSIT,
    "transports": Mode.TRANSIT,
    "transport en commun": Mode.TRANSIT,
    "transports en commun": Mode.TRANSIT,
    "pied": Mode.WALK,
    "a pied": Mode.WALK,
    "velo": Mode.BIKE,
    "voiture": Mode.CAR,
    "vehicule": Mode.CAR,
}
LEVELS = {
    "sans diplome": Level.NONE,
    "aucun": Level.NONE,
    "cap": Level.LEVEL_3,
    "bep": Level.LEVEL_3,
    "cap bep": Level.LEVEL_3,
    "bac": Level.LEVEL_4,
    "bac 2": Level.LEVEL_5,
    "bac 3": Level.LEVEL_6,
}
CRITERIA = {
    "brsa": Criterion.RSA,
    "rqth": Criterion.TH,
    "travailleur handicape": Criterion.TH,
    "senior": Criterion.SENIOR,
    "jeune": Criterion.JEUNE,
    "refugie": Criterion.REF_DA,
    "plie": Criterion.PLIE,
    "deld 12 24": Criterion.DELD,
}


@dataclass(frozen=True)
class Row:
    """A person as a row says; `given` holds what is not empty."""

    index: int
    family_name: str
    given_name: str
    birth_date: dt.date
    given: dict[str, Any]
    criterion: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What makes two rows one person."""
        return person_key(self.family_name, self.given_name, self.birth_date)


def _word(choices: type[Any], known: dict[str, Any], what: str) -> Callable[[str], str]:
    """A parser of one of `choices`: by its name, by what it is called, by what the field writes."""
    words = {plain(str(label)): value for value, label in choices.choices}
    words |= {plain(value): value for value in choices.values} | known

    def parse(text: str) -> str:
        found = words.get(plain(text))
        if found is None:
            shown = ", ".join(sorted(choices.values))
            raise Refused(
                _("“%(text)s” is no %(what)s.") % {"text": values.shown(text), "what": what},
                _("Write one of: %(words)s. Or empty the cell.") % {"words": shown},
            )
        return str(found)

    return parse


def _born(text: str) -> dt.date:
    day = values.date(text)
    if not YOUNGEST <= age_in_years(day, timezone.localdate()) <= OLDEST:
        raise Refused(
            _("“%(text)s” makes an age that cannot be.") % {"text": values.shown(text)}, _("Check the year.")
        )
    return day


def _name(text: str) -> str:
    if not looks_like_a_name(text):
        raise Refused(
            _("“%(text)s” is not a name.") % {"text": values.shown(text)},
            _("Write letters, hyphens and apostrophes only."),
        )
    return " ".join(text.split())


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise Refused(
            _("“%(text)s” is no e-mail address.") % {"text": values.shown(text)},
            _("Correct it, or empty the cell."),
        ) from None
    return text.lower()


def _jobs(text: str) -> list[str]:
    if strays_in(text):
        raise Refused(
            _("“%(text)s” is no ROME code.") % {"text": values.shown(text)},
            _("Write codes, as F1606, with a comma between them. Or empty the cell."),
        )
    return codes_in(text)


def _past_day(text: str) -> dt.date:
    day = values.date(text)
    if day > timezone.localdate():
        raise Refused(_("“%(text)s” is still to come.") % {"text": values.shown(text)}, _("Check the date."))
    return day


def _between(least: float, most: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        number = values.decimal(text)
        if not least <= number <= most:
            raise Refused(
                _("“%(text)s” is not between %(least)d and %(most)d.")
                % {"text": values.shown(text), "least": least, "most": most},
                _("Correct it, or empty the cell."),
            )
        return number

    return parse


def read_rows(table: Table) -> tuple[list[Row], list[Fault]]:
    """The rows that can be taken in, and every fault of the others."""
    faults: list[Fault] = []
    cells = table.columns
    parsed: dict[str, list[Any]] = {
        "family_name": table.parse(FAMILY_NAME, _name, faults),
        "given_name": table.parse(GIVEN_NAME, _name, faults),
        "birth_date": table.parse(BORN, _born, faults),
        "sex": table.parse(SEX, _word(Sex, SEXES, _("sex")), faults),
        "level": table.parse(LEVEL, _word(Level, LEVELS, _("level of training")), faults),
        "mode": table.parse(MODE, _word(Mode, MODES, _("way to travel")), faults),
        "minutes": table.parse(MINUTES, _between(1, 180), faults),
        "weekly_hours": table.parse(HOURS, _between(1, 48), faults),
        "jobs": table.parse(JOBS, _jobs, faults),
        "email": table.parse(EMAIL, _email, faults),
        "criterion": table.parse(CRITERION, _word(Criterion, CRITERIA, _("criterion")), faults),
        "proof_on": table.parse(PROOF_ON, _past_day, faults),
    }
    for name in (FAMILY_NAME, GIVEN_NAME, BORN):
        empty = (_("this cell is empty."), _("Fill it in, or take the row out."))
        faults += [table.fault(i, name, *empty) for i, text in enumerate(cells[name]) if not text]
    wrong = {fault.row for fault in faults}
    rows = [_row(cells, parsed, i) for i in range(len(table)) if table.rows[i] not in wrong]
    return rows, faults + _twice(table, rows) + _homonyms(table, rows)


def _row(cells: dict[str, list[str]], parsed: dict[str, list[Any]], i: int) -> Row:
    town = f"{cells[POSTCODE][i]} {cells[CITY][i]}".strip()
    given = {name: parsed[name][i] for name in ("sex", "level", "mode", "jobs", "email", "weekly_hours")}
    given["minutes"] = int(parsed["minutes"][i]) if parsed["minutes"][i] else None
    given["address"] = f"{cells[ADDRESS][i]} {town}".strip() if cells[ADDRESS][i] else ""
    given["phone"] = cells[PHONE][i]
    criterion = {}
    if parsed["criterion"][i]:
        criterion = {"criterion": parsed["criterion"][i], "proof_on": parsed["proof_on"][i]}
        criterion["proof_name"] = cells[PROOF][i]
    return Row(
        i,
        parsed["family_name"][i],
        parsed["given_name"][i],
        parsed["birth_date"][i],
        {name: value for name, value in given.items() if value},
        criterion,
    )


def _twice(table: Table, rows: list[Row]) -> list[Fault]:
    """The same person on two rows."""
    first: dict[Key, Row] = {}
    faults = []
    for row in rows:
        before = first.setdefault(row.key, row)
        if before is not row:
            problem = _("rows %(first)d and %(second)d are the same person.") % {
                "first": table.rows[before.index],
                "second": table.rows[row.index],
            }
            faults.append(table.fault(row.index, None, problem, _("Take one of the two out.")))
    return faults


def _homonyms(table: Table, rows: list[Row]) -> list[Fault]:
    """Rows that may be several known people."""
    known = _known(rows)
    problem = _("several people of this name, born on this day, are known.")
    remedy = _("Take the row out, and change the file of the right one by hand.")
    return [table.fault(row.index, None, problem, remedy) for row in rows if len(known.get(row.key, [])) > 1]


def _known(rows: list[Row]) -> dict[Key, list[Person]]:
    """The people known by their names and birth dates, in one query."""
    found: dict[Key, list[Person]] = defaultdict(list)
    born = Person.objects.filter(birth_date__in={row.birth_date for row in rows})
    for person in born.select_related("clause_participant", "profile"):
        found[person_key(person.family_name, person.given_name, person.birth_date)].append(person)
    return found


def _validate(tables: Tables, _target: Target) -> list[Fault]:
    return read_rows(tables[SLOT])[1]


def _remarks(tables: Tables, _target: Target) -> list[str]:
    rows, _faults = read_rows(tables[SLOT])
    known = _known(rows)
    there = sum(bool(known.get(row.key)) for row in rows)
    new = len(rows) - there
    said = [ngettext("%(n)d new person.", "%(n)d new people.", new) % {"n": new}] if new else []
    if there:
        text = ngettext(
            "%(n)d person is known already: what changed is brought up to date, nobody is doubled.",
            "%(n)d people are known already: what changed is brought up to date, nobody is doubled.",
            there,
        )
        said.append(text % {"n": there})
    criteria = sum(bool(row.criterion) for row in rows)
    if criteria:
        text = ngettext(
            "%(n)d criterion will be to be checked.", "%(n)d criteria will be to be checked.", criteria
        )
        said.append(text % {"n": criteria})
    return said


def store(tables: Tables, account: Account, _target: Target) -> Outcome:
    """Take the people in: added, or brought up to date by what the table says; criteria are to be checked."""
    rows, _faults = read_rows(tables[SLOT])
    known = _known(rows)
    added = changed = 0
    for row in rows:
        person = next(iter(known.get(row.key, [])), None)
        participant = getattr(person, "clause_participant", None) if person else None
        if participant is None:
            names = {
                "family_name": row.family_name,
                "given_name": row.given_name,
                "birth_date": row.birth_date,
            }
            participant = services.add_participant(names | row.given, account, person=person)
            added += 1
        elif news := _news(participant, row.given):
            services.change_participant(participant, news, account)
            changed += 1
        _criterion(participant, row)
    said = _("%(added)d added, %(changed)d brought up to date, %(same)d the same.") % {
        "added": added,
        "changed": changed,
        "same": len(rows) - added - changed,
    }
    return Outcome(reverse("clauses:participants"), said)


def _news(participant: Participant, given: dict[str, Any]) -> dict[str, Any]:
    """What the table says otherwise than the file."""
    person = participant.person
    own = person.contacts.filter(capacity="self").first()
    kept = {
        "address": person.address,
        "email": own.email if own else "",
        "phone": own.phone if own else "",
        **{
            name: getattr(person.profile, name)
            for name in ("sex", "level", "mode", "jobs", "minutes", "weekly_hours")
        },
    }
    return {name: value for name, value in given.items() if kept[name] != value}


def _criterion(participant: Participant, row: Row) -> None:
    """Propose the criterion of a row, unless it is there: checked, to be checked or refused."""
    if not row.criterion:
        return
    there = Eligibility.objects.filter(participant=participant, criterion=row.criterion["criterion"])
    if not there.exclude(state=EligibilityState.WITHDRAWN).exists():
        eligibility.propose(participant, row.criterion)


KIND = ImportKind(
    NAME,
    gettext_lazy("Participants of social clauses"),
    slots=(
        Slot(
            SLOT,
            gettext_lazy("Participants"),
            COLUMNS,
            gettext_lazy(
                "One row a person. Only names and birth dates are required. Nothing about health is imported."
            ),
        ),
    ),
    validate=_validate,
    apply=store,
    roles=(Role.FACILITATEUR,),
    remarks=_remarks,
)
