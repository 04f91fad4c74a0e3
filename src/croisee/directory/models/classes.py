"""The classes of schools, and who is in them."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.directory.models.people import SCHOOL, Person
from croisee.directory.references import new_reference
from croisee.foundation.accounts.fields import LowerEmailField
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

SCHOOL_YEAR = r"^20[0-9]{2}-20[0-9]{2}$"


class SchoolClassQuerySet(VisibleQuerySet["SchoolClass"]):
    """Classes."""

    def visible_to(self, account: "Reader") -> Self:
        """Campaign managers: all. Schools: their own."""
        if not isinstance(account, Account):
            return self.none()
        if account.has_role(Role.CAMPAIGN_MANAGER):
            return self
        return self.filter(school__in=account.organisations(*SCHOOL).values("pk"))


@audited(personal=("teacher_name", "teacher_email"))
class SchoolClass(Record):
    """A class of a school in a school year, with the referent teacher whom conventions name."""

    school = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="classes",
        verbose_name=_("school"),
        limit_choices_to={"kind": Kind.SCHOOL},
    )
    school_year = models.CharField(_("school year"), max_length=9)
    name = models.CharField(_("name"), max_length=40)
    teacher_name = models.CharField(_("referent teacher"), max_length=150, blank=True)
    teacher_email = LowerEmailField(_("referent teacher's e-mail address"), blank=True)

    objects = SchoolClassQuerySet.as_manager()

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        ordering = ["school__name", "school_year", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "school_year", "name"],
                name="school_class_once",
                violation_error_message=_("This class is already there for that school year."),
            ),
            models.CheckConstraint(
                condition=Q(school_year__regex=SCHOOL_YEAR),
                name="school_class_year_has_its_form",
                violation_error_message=_("A school year is written 2026-2027."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EnrolmentQuerySet(VisibleQuerySet["Enrolment"]):
    """Who is in which class."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the persons that one may see."""
        return self.filter(person__in=Person.objects.visible_to(account))

    def active(self) -> Self:
        """Those of pupils who have not left."""
        return self.filter(left_on__isnull=True)


@audited
class Enrolment(Record):
    """That a person is in a class. `reference` is the pupil's pseudonym: random, printed, free of meaning."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="enrolments", verbose_name=_("pupil"))
    school_class = models.ForeignKey(
        SchoolClass, models.PROTECT, related_name="enrolments", verbose_name=_("class")
    )
    reference = models.CharField(
        _("reference"), max_length=12, unique=True, default=new_reference, editable=False
    )
    left_on = models.DateField(_("left on"), null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["school_class", "person__family_name", "person__given_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(left_on__isnull=True),
                name="enrolment_open_once",
                violation_error_message=_("This pupil is already in a class."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
