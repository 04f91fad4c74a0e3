"""The classes of the made-up schools, the pupils in them, and their parents."""

from collections.abc import Sequence
from datetime import date

from croisee.demo.dates import SchoolYear
from croisee.demo.generator.families import Pupils
from croisee.demo.generator.ground import Ground
from croisee.directory.models import Capacity, Contact, Enrolment, Person, Residence, SchoolClass
from croisee.foundation.accounts.models import Organisation
from croisee.stages import loaded
from croisee.stages.files.locations import Locations

# No mail can reach this domain (RFC 2606).
DOMAIN = "demo.invalid"
CLASS_SIZE = 25
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TEACHERS = ("Anne Guillou", "Karim Benali", "Sophie Morvan", "Thomas Le Roux", "Fatou Diallo", "Paul Riou")
NEEDS = "Se déplace en fauteuil roulant."
# One family in ten has no address that one could write to; one pupil in sixty has something a host must know.
WITHOUT_EMAIL, WITH_NEEDS = 10, 60


def make_class(school: Organisation, year: SchoolYear, name: str, rank: int) -> SchoolClass:
    """A class and its referent teacher."""
    return SchoolClass.objects.create(
        school=school,
        school_year=year.name,
        name=name,
        teacher_name=TEACHERS[rank % len(TEACHERS)],
        teacher_email=f"professeur.{rank + 1}@{DOMAIN}",
    )


def enrol(
    ground: Ground,
    pupils: Pupils,
    rows: Sequence[int],
    classes: Sequence[SchoolClass],
    year: SchoolYear,
    today: date,
    mark: str = "",
) -> list[Person]:
    """Put pupils of the generator in classes, one class for each row; return them in the order of `rows`."""
    people = _people(ground, pupils, rows, year, today)
    Person.objects.bulk_create(people)
    Enrolment.objects.bulk_create(
        Enrolment(person=person, school_class=its) for person, its in zip(people, classes, strict=True)
    )
    Contact.objects.bulk_create(
        Contact(
            person=person,
            capacity=Capacity.LEGAL_REPRESENTATIVE,
            name=f"{'Mme' if row % 2 else 'M.'} {person.family_name}",
            email="" if row % WITHOUT_EMAIL == 0 else f"parent.{mark}{row + 1}@{DOMAIN}",
        )
        for person, row in zip(people, rows, strict=True)
    )
    return people


def _people(
    ground: Ground, pupils: Pupils, rows: Sequence[int], year: SchoolYear, today: date
) -> list[Person]:
    """Rows of people with the answer about their homes, not saved."""
    homes = [int(pupils.home[row]) for row in rows]
    places = ground.places
    zones = loaded.zones()
    where = Locations(places.lon[homes], places.lat[homes], [str(places.address[home]) for home in homes])
    codes, near = zones.answer(where) if zones else ([""] * len(rows), [False] * len(rows))
    return [
        Person(
            given_name=pupils.first_name[row],
            family_name=pupils.surname[row],
            birth_date=year.birth(pupils.birth[row]),
            address=where.addresses[at],
            lon=float(where.lon[at]),
            lat=float(where.lat[at]),
            residence=Residence.UNCERTAIN if near[at] else Residence.YES if codes[at] else Residence.NO,
            residence_on=today,
            zone_codes=codes[at],
            needs=NEEDS if row % WITH_NEEDS == 7 else "",
        )
        for at, row in enumerate(rows)
    ]


def class_names(count: int) -> list[str]:
    """Names of as many classes as so many pupils need: 3e A, 3e B..."""
    needed = max(1, -(-count // CLASS_SIZE))
    return [f"3e {LETTERS[number % len(LETTERS)]}" for number in range(needed)]
