"""Who somebody is: the same person found again, a new one made once; for services whose people are of no school."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from croisee.directory.models import Person
from croisee.directory.names import person_key
from croisee.directory.residence import answer_home, set_home
from croisee.foundation.database.locks import hold

IDENTITY = ("given_name", "family_name", "birth_date")


class AlreadyKnown(ValidationError):  # noqa: N818  reads as the sentence it is
    """Somebody of the same name and birth date is known: `people` says whom, the reader says whether it is the same."""

    def __init__(self, people: list[Person]) -> None:
        self.people = people
        super().__init__(
            _(
                "Somebody of this name, born on this day, is known already: say whether it is the same person."
            ),
            code="already_known",
        )


def people_named(given_name: str, family_name: str, birth_date: date) -> list[Person]:
    """The people of these names, whatever the accents and hyphens, and of this birth date."""
    key = person_key(family_name, given_name, birth_date)
    born = Person.objects.filter(birth_date=birth_date)
    return [one for one in born if person_key(one.family_name, one.given_name, one.birth_date) == key]


@transaction.atomic
def identified(values: Mapping[str, Any], *, person: Person | None = None, another: bool = False) -> Person:
    """`person`, or a new one of `values`: given_name, family_name, birth_date, address (with lon and lat if known).

    `person` is the known person that it is; `another` says that it is nobody known. Raises AlreadyKnown when neither is
    said and somebody of that name and birth date is there, or ValidationError by field.
    """
    # Two clicks, or two colleagues, make one person: the second waits here, then finds it.
    key = person_key(values["family_name"], values["given_name"], values["birth_date"])
    hold([f"directory.person:{'|'.join(map(str, key))}"])
    if person is not None:
        return person
    if not another and (known := people_named(*(values[name] for name in IDENTITY))):
        raise AlreadyKnown(known)
    made = Person(**{name: values[name] for name in IDENTITY})
    home = answer_home(values.get("address", ""), values.get("lon"), values.get("lat"))
    set_home(made, home, answer_only=False)
    made.full_clean()
    made.save()
    return made
