"""Classes: made, changed, deleted when empty, erased with their pupils when made by mistake."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from croisee.directory.models import Contact, Enrolment, Person, SchoolClass
from croisee.directory.services.erasure import erase_people, hanging_on
from croisee.foundation.accounts.models import Organisation

MISTAKEN_FOR = dt.timedelta(days=30)
"""How long a class can be erased whole."""
FIELDS = ("name", "school_year", "teacher_name", "teacher_email")


@transaction.atomic
def save_class(
    school: Organisation, values: Mapping[str, Any], school_class: SchoolClass | None = None
) -> SchoolClass:
    """Make a class of a school, or change one. `values`: name, school_year, teacher_name, teacher_email.

    Raises ValidationError by field; when the class is there already for that year; when the year changes of a class
    that has pupils, whose references and weeks are those of the year.
    """
    row = SchoolClass(school=school)
    if school_class is not None:
        row = SchoolClass.objects.select_for_update().get(pk=school_class.pk)
        year = values.get("school_year", row.school_year)
        if year != row.school_year and row.enrolments.exists():
            raise ValidationError(
                {
                    "school_year": _(
                        "This class has pupils: make a class for the new year, and move them there."
                    )
                }
            )
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def delete_class(school_class: SchoolClass) -> None:
    """Delete a class that nobody is or was in. Raises ValidationError for another one."""
    row = SchoolClass.objects.select_for_update().get(pk=school_class.pk)
    if row.enrolments.exists():
        raise ValidationError(_("Pupils are, or were, in this class: only an empty class can be deleted."))
    row.delete()


def may_erase(school_class: SchoolClass) -> bool:
    """Whether the class is one made lately, of pupils who were nowhere else, and whose families are not invited."""
    people = Person.objects.filter(enrolments__school_class=school_class)
    return (
        school_class.created_at > timezone.now() - MISTAKEN_FOR
        and not Enrolment.objects.filter(person__in=people).exclude(school_class=school_class).exists()
        and not Contact.objects.filter(person__in=people, account__isnull=False).exists()
    )


@transaction.atomic
def erase_class(school_class: SchoolClass) -> None:
    """Erase a class with its pupils: what undoes a list imported by mistake.

    Raises ValidationError when it is not one of these (`may_erase`), or once pupils have wishes or places.
    """
    row = SchoolClass.objects.select_for_update().get(pk=school_class.pk)
    people = Person.objects.filter(enrolments__school_class=row).select_for_update(of=("self",), no_key=True)
    above = [model for model, keys in hanging_on(list(people)).items() if keys and not _of_the_list(model)]
    if above or not may_erase(row):
        raise ValidationError(_("This class is in use already: erase pupils one by one."))
    erase_people(Person.objects.filter(enrolments__school_class=row))
    row.delete()


def _of_the_list(model: type[Model]) -> bool:
    """Whether its rows come with a class list; those of upper floors are wishes, places, conventions."""
    return model._meta.app_label == SchoolClass._meta.app_label
