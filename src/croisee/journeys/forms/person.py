"""The form of a person who is followed: who it is, and what they can do and look for at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from croisee.directory.forms.person import WorkFields, home_field, known_of
from croisee.journeys.forms.following import Seen
from croisee.journeys.services.following.person import last_change

if TYPE_CHECKING:
    from django.http import QueryDict

    from croisee.directory.models import Person


class PersonForm(Seen, WorkFields):
    """The file of the person."""

    address = home_field(
        gettext_lazy("It gives travel times. What was noted at the entry about the neighbourhood stays.")
    )
    field_order = (
        *("given_name", "family_name", "birth_date", "sex", "email", "phone", "address", "level", "jobs"),
        *("available_from", "available_until", "weekly_hours", "mode", "minutes"),
    )

    def __init__(self, data: QueryDict | None = None, *, person: Person) -> None:
        super().__init__(data, initial={"seen": last_change(person).isoformat(), **known_of(person)})
