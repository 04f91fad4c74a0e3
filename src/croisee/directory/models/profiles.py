"""What is known of a person for work: once for all services that look for work with them."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from croisee.directory.models.people import Person
from croisee.directory.rome import validate_code
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class Sex(models.TextChoices):
    """As the civil status says; counted in yearly reports."""

    WOMAN = "woman", _("woman")
    MAN = "man", _("man")
    UNKNOWN = "unknown", _("not said")


class Level(models.TextChoices):
    """Level of training: the national framework of qualifications (décret 2019-14)."""

    UNKNOWN = "unknown", _("not said")
    NONE = "none", _("no diploma")
    LEVEL_3 = "3", _("level 3 (CAP, BEP)")
    LEVEL_4 = "4", _("level 4 (baccalauréat)")
    LEVEL_5 = "5", _("level 5 (bac + 2)")
    LEVEL_6 = "6", _("level 6 and more (bac + 3 and more)")


class Mode(models.TextChoices):
    """How somebody travels to work."""

    TRANSIT = "transit", _("public transport")
    WALK = "walk", _("on foot")
    BIKE = "bike", _("by bicycle")
    CAR = "car", _("by car")


class ProfileQuerySet(VisibleQuerySet["Profile"]):
    """Work profiles."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the persons that one may see."""
        return self.filter(person__in=Person.objects.visible_to(account))


@audited(
    personal=(
        "sex",
        "level",
        "jobs",
        "weekly_hours",
        "available_from",
        "available_until",
        "mode",
        "minutes",
    )
)
class Profile(Record):
    """What is known of a person to find work with them. Where they live is in `person`.

    `jobs` are ROME codes. `minutes` is the longest way to work by `mode` that the person accepts.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="profile", verbose_name=_("person"))
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, default=Sex.UNKNOWN)
    level = models.CharField(_("level of training"), max_length=10, choices=Level, default=Level.UNKNOWN)
    jobs = ArrayField(
        models.CharField(max_length=5, validators=[validate_code]),
        default=list,
        blank=True,
        verbose_name=_("jobs (ROME codes)"),
    )
    weekly_hours = models.DecimalField(
        _("hours a week"),
        max_digits=4,
        decimal_places=1,
        default=35,
        validators=[MinValueValidator(1), MaxValueValidator(48)],
    )
    available_from = models.DateField(_("available from"), null=True, blank=True)
    available_until = models.DateField(_("available until"), null=True, blank=True)
    mode = models.CharField(_("travels"), max_length=10, choices=Mode, default=Mode.TRANSIT)
    minutes = models.PositiveSmallIntegerField(
        _("minutes to work at most"), default=60, validators=[MaxValueValidator(180)]
    )

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("work profile")
        verbose_name_plural = _("work profiles")
        ordering = ["person__family_name", "person__given_name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="directory_profile_sex_known"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="directory_profile_level_known"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="directory_profile_mode_known"),
            models.CheckConstraint(
                condition=Q(weekly_hours__gte=0, weekly_hours__lte=48),
                name="directory_profile_week_fits",
                violation_error_message=_("A week of work has 48 hours at most (code du travail L3121-20)."),
            ),
            models.CheckConstraint(
                condition=Q(available_until__isnull=True)
                | Q(available_from__isnull=True)
                | Q(available_until__gte=F("available_from")),
                name="directory_profile_available_in_order",
                violation_error_message=_("Availability cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)
