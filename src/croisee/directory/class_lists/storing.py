"""A class list without faults, taken in: pupils added, brought up to date, moved; nothing twice."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.directory.changes import tell
from croisee.directory.class_lists.rows import Goal, Row, homonyms, read_rows, twins
from croisee.directory.models import Capacity, Contact, Enrolment, Person, Residence, SchoolClass
from croisee.directory.names import name_key
from croisee.directory.residence import answer_home, set_home
from croisee.directory.services.people import locked, move_pupil
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.imports.kinds import Outcome, Tables, Target

SLOT = "pupils"
ANSWER_ONLY = "answer_only"
TOLD = 5
"""How many names a remark gives before it counts."""


@dataclass
class Counts:
    """What a list did."""

    added: int = 0
    moved: int = 0
    updated: int = 0
    same: int = 0
    uncertain: int = 0

    def words(self) -> str:
        """In one line."""
        if not (self.added or self.moved or self.updated):
            return _("Nothing changed: all these pupils were already there, as the list says.")
        parts = [
            ngettext("%(n)d pupil added", "%(n)d pupils added", self.added) % {"n": self.added},
            ngettext("%(n)d pupil moved", "%(n)d pupils moved", self.moved) % {"n": self.moved},
            ngettext("%(n)d pupil updated", "%(n)d pupils updated", self.updated) % {"n": self.updated},
            ngettext("%(n)d already there", "%(n)d already there", self.same) % {"n": self.same},
        ]
        numbers = (self.added, self.moved, self.updated, self.same)
        said = ", ".join(part for part, n in zip(parts, numbers, strict=True) if n) + "."
        if self.uncertain:
            said += " " + ngettext(
                "For %(n)d address the neighbourhood is uncertain: open the pupil to see why.",
                "For %(n)d addresses the neighbourhood is uncertain: open the pupils to see why.",
                self.uncertain,
            ) % {"n": self.uncertain}
        return said


def remarks(tables: Tables, target: Target) -> list[str]:
    """What taking the list in will do, in words."""
    goal: Goal = target.value
    rows, _faults = read_rows(tables[SLOT], goal, target.choices)
    there = sum(row.key in goal.known for row in rows)
    new = len(rows) - there
    said = [ngettext("%(n)d new pupil.", "%(n)d new pupils.", new) % {"n": new}] if new else []
    if there:
        text = ngettext(
            "%(n)d pupil is already there: what changed is brought up to date, nobody is doubled.",
            "%(n)d pupils are already there: what changed is brought up to date, nobody is doubled.",
            there,
        )
        said.append(text % {"n": there})
    if names := _new_classes(rows, goal):
        said.append(_("New classes: %(names)s.") % {"names": ", ".join(names)})
    for one, other in twins(rows, goal)[:TOLD]:
        text = _("%(one)s and %(other)s have the same family name and birth date: kept as two pupils.")
        said.append(text % {"one": one, "other": other})
    for name in homonyms(rows, goal)[:TOLD]:
        text = _(
            "%(name)s is there with another birth date: a second pupil is added, unless you correct the date."
        )
        said.append(text % {"name": name})
    if ANSWER_ONLY in target.choices:
        said.append(_("Addresses are forgotten once they are answered about."))
    return said


def _new_classes(rows: list[Row], goal: Goal) -> list[str]:
    if goal.school_class is not None:
        return []
    names = {name_key(row.class_name): row.class_name for row in rows}
    return sorted(name for key, name in names.items() if key not in goal.classes)


def store(tables: Tables, account: Account, target: Target) -> Outcome:
    """Take a list in, inside the transaction of the import; the second time the same list changes nothing."""
    goal: Goal = target.value
    # Two lists sent at the same moment do not both add the pupil who is on both.
    Organisation.objects.select_for_update().get(pk=goal.school.pk)
    rows, _faults = read_rows(tables[SLOT], goal, target.choices)
    counts = Counts()
    for row in rows:
        _take_in(row, _class_of(row, goal), goal, account, counts, answer_only=ANSWER_ONLY in target.choices)
    return Outcome(target.url or reverse("directory:classes"), counts.words())


def _class_of(row: Row, goal: Goal) -> SchoolClass:
    """The class a row goes into, made when the list is the first to name it."""
    if goal.school_class is not None:
        return goal.school_class
    key = name_key(row.class_name)
    if key not in goal.classes:
        goal.classes[key] = SchoolClass.objects.create(
            school=goal.school, school_year=goal.school_year, name=row.class_name
        )
    return goal.classes[key]


def _take_in(
    row: Row, school_class: SchoolClass, goal: Goal, account: Account, counts: Counts, *, answer_only: bool
) -> None:
    enrolment = goal.known.get(row.key)
    if enrolment is None:
        person = Person(given_name=row.given_name, family_name=row.family_name, birth_date=row.birth_date)
        _answer(person, row, answer_only=answer_only)
        person.save()
        Enrolment.objects.create(person=person, school_class=school_class)
        _merge_contacts(person, row)
        counts.added += 1
        counts.uncertain += person.residence == Residence.UNCERTAIN
        return
    person = locked(enrolment.person)
    moved = enrolment.left_on is not None or enrolment.school_class_id != school_class.pk
    if moved:
        move_pupil(person, school_class, account)
    changed = set()
    if _is_news(person, row):
        _answer(person, row, answer_only=answer_only)
        person.save()
        changed.add("home")
        counts.uncertain += person.residence == Residence.UNCERTAIN
    if _merge_contacts(person, row):
        changed.add("contacts")
    tell(person, changed, account)
    counts.moved += moved
    counts.updated += bool(changed) and not moved
    counts.same += not changed and not moved


def _is_news(person: Person, row: Row) -> bool:
    """Whether the row says of the home what is not answered about yet. An answer kept alone stands."""
    if not row.address and row.point is None:
        return False
    if person.residence == Residence.UNKNOWN:
        return (row.address, row.point or (None, None)) != (person.address, (person.lon, person.lat))
    return bool(person.address) and bool(row.address) and row.address != person.address


def _answer(person: Person, row: Row, *, answer_only: bool) -> None:
    lon, lat = row.point or (None, None)
    set_home(person, answer_home(row.address, lon, lat), answer_only=answer_only)


def _merge_contacts(person: Person, row: Row) -> bool:
    """Add whom the row names, or fill in what was not known of them; return whether anything changed."""
    changed = False
    if row.adult or row.adult_email or row.adult_phone:
        adult = (Capacity.LEGAL_REPRESENTATIVE, row.adult, row.adult_email, row.adult_phone)
        changed |= _merge_contact(person, *adult)
    if row.own_email:
        changed |= _merge_contact(person, Capacity.SELF, "", row.own_email, "")
    return changed


def _merge_contact(person: Person, capacity: Capacity, name: str, email: str, phone: str) -> bool:
    contacts = list(person.contacts.filter(capacity=capacity))
    found = next((one for one in contacts if email and one.email == email), None)
    if found is None and capacity == Capacity.SELF:
        found = next(iter(contacts), None)
    if found is None:
        alike = [one for one in contacts if name_key(one.name) == name_key(name)]
        found = next((one for one in alike if not (email and one.email)), None)
    if found is None:
        Contact.objects.create(person=person, capacity=capacity, name=name, email=email, phone=phone)
        return True
    given = {"name": name, "email": email, "phone": phone}
    news = {field: value for field, value in given.items() if value and not getattr(found, field)}
    for field, value in news.items():
        setattr(found, field, value)
    if news:
        found.save()
    return bool(news)
