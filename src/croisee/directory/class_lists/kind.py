"""The import of class lists, declared: whom it is for, where it goes."""

import re
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from croisee.directory.class_lists.columns import COLUMNS
from croisee.directory.class_lists.rows import MOVE, Goal, read_rows
from croisee.directory.class_lists.storing import ANSWER_ONLY, SLOT, remarks, store
from croisee.directory.models import SchoolClass
from croisee.directory.models.classes import SCHOOL_YEAR
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.imports.kinds import (
    Choice,
    ImportKind,
    Slot,
    Tables,
    Target,
    TargetRefused,
    register,
)
from croisee.foundation.tables import Fault

NAME = "directory.class_list"


def address_for_class(school_class: SchoolClass) -> str:
    """Where the list of one class is sent."""
    return f"{reverse('imports:begin', args=[NAME])}?target=class:{school_class.pk}"


def address_for_school(school: Organisation, school_year: str) -> str:
    """Where a list is sent that names the classes of a school itself."""
    return f"{reverse('imports:begin', args=[NAME])}?target=school:{school.pk}:{school_year}"


def target(key: str, account: Account) -> Target:
    """The class, or the school and year, that `key` names, which `account` must head. Raises TargetRefused."""
    what, _colon, rest = key.partition(":")
    identifier, _colon, year = rest.partition(":")
    schools = account.organisations(Role.SCHOOL_HEAD)
    try:
        if what == "class":
            found = SchoolClass.objects.select_related("school").get(pk=UUID(rest), school__in=schools)
            label = f"{found.school.name}, {found.name}, {found.school_year}"
            url = reverse("directory:school_class", args=[found.pk])
            return Target(key, label, url, Goal(found.school, found.school_year, found))
        if what == "school" and re.match(SCHOOL_YEAR, year):
            school = schools.get(pk=UUID(identifier))
            url = reverse("directory:classes")
            return Target(key, f"{school.name}, {year}", url, Goal(school, year))
    except (ValueError, SchoolClass.DoesNotExist, Organisation.DoesNotExist):
        pass
    raise TargetRefused(
        gettext("this list goes into no class of yours."), gettext("Begin again from the page of the class.")
    )


def _validate(tables: Tables, target: Target) -> list[Fault]:
    return read_rows(tables[SLOT], target.value, target.choices)[1]


CLASS_LIST = register(
    ImportKind(
        NAME,
        _("Class list"),
        slots=(
            Slot(
                SLOT,
                _("Pupils"),
                COLUMNS,
                _(
                    "One row a pupil, as your school's software exports it: only the classes that go on internship. "
                    "Health and needs are never imported."
                ),
            ),
        ),
        validate=_validate,
        apply=store,
        roles=(Role.SCHOOL_HEAD,),
        target=target,
        remarks=remarks,
        choices=(
            Choice(
                ANSWER_ONLY,
                _("Keep only the answer, not the address"),
                _("Whether the pupil lives in a priority neighbourhood is kept; the address is forgotten."),
            ),
            Choice(
                MOVE,
                _("Move pupils who are in another class"),
                _("For a list made after pupils changed class. Otherwise they are shown to you as faults."),
            ),
        ),
    )
)
