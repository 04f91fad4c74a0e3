"""Classes: made, changed, deleted when empty."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from croisee.directory.models import SchoolClass
from croisee.foundation.accounts.models import Organisation

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
