"""What is returned to who pays (FSE+): dated questionnaires, proofs, tables to export, controls by sampling."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Level, Sex
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.journeys.models.journeys import Journey
from croisee.journeys.models.programmes import Programme
from croisee.journeys.models.steps import HangingQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


M = TypeVar("M", bound=models.Model)


class Moment(models.TextChoices):
    """When a questionnaire is answered."""

    ENTRY = "entry", _("entry")
    EXIT = "exit", _("exit (within 4 weeks)")
    SIX_MONTHS = "six_months", _("6 months after the exit")


class Labour(models.TextChoices):
    """Situation on the labour market."""

    UNEMPLOYED = "unemployed", _("unemployed")
    INACTIVE = "inactive", _("inactive (neither at work nor registered as unemployed)")
    EMPLOYED = "employed", _("employed")
    SELF_EMPLOYED = "self_employed", _("self-employed")


class Answer(models.TextChoices):
    """An answer that may be declined (data of GDPR article 9, or near it)."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    DECLINED = "declined", _("prefers not to say")


class Nationality(models.TextChoices):
    """What the indicators on nationals of third countries count."""

    EU = "eu", _("French, or of a country of the European Union")
    THIRD = "third", _("of a country outside the European Union")
    DECLINED = "declined", _("prefers not to say")


@audited(personal=("note",))
class Situation(Record):
    """A person's situation at a moment of the journey, as answered on a day: it feeds the common indicators.

    Regulation (EU) 2021/1057, annex I. `sex` and `age` (whole years on the day of entry) are frozen at entry, so that
    the figures outlive the person's erasure. What was not asked is empty: it counts as missing. `repeated`: the person
    was in the programme twice, and counts once in an operation: by the first entry and by the last exit.
    """

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="situations", verbose_name=_("journey"))
    moment = models.CharField(_("moment"), max_length=10, choices=Moment)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, blank=True)
    age = models.PositiveSmallIntegerField(
        _("age at entry"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    level = models.CharField(_("level of training"), max_length=10, choices=Level, blank=True)
    labour = models.CharField(_("situation at work"), max_length=15, choices=Labour, blank=True)
    unemployed_months = models.PositiveSmallIntegerField(
        _("months unemployed without a break"), null=True, blank=True, validators=[MaxValueValidator(600)]
    )
    in_training = models.BooleanField(_("in education or training"), null=True, blank=True)
    searching = models.BooleanField(_("looks for work"), null=True, blank=True)
    qualified = models.BooleanField(_("gained a qualification since entry"), null=True, blank=True)
    improved = models.BooleanField(_("better situation at work than at entry"), null=True, blank=True)
    disability = models.CharField(_("disability"), max_length=10, choices=Answer, blank=True)
    nationality = models.CharField(_("nationality"), max_length=10, choices=Nationality, blank=True)
    housing_exclusion = models.CharField(
        _("homeless or badly housed"), max_length=10, choices=Answer, blank=True
    )
    rural = models.BooleanField(_("lives in a rural area"), null=True, blank=True)
    repeated = models.BooleanField(
        _("counted with another journey of the person"), default=False, editable=False
    )
    answered_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("filled in by")
    )
    note = models.TextField(_("note"), max_length=1000, blank=True)

    objects = HangingQuerySet.as_manager()

    class Meta:
        verbose_name = _("situation")
        verbose_name_plural = _("situations")
        ordering = ["journey", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["journey", "moment"], name="journeys_situation_once"),
            models.CheckConstraint(condition=Q(moment__in=Moment.values), name="journeys_situation_moment"),
            models.CheckConstraint(
                condition=Q(labour="") | Q(labour__in=Labour.values), name="journeys_situation_labour"
            ),
            models.CheckConstraint(
                condition=Q(unemployed_months__isnull=True) | Q(labour=Labour.UNEMPLOYED),
                name="journeys_situation_unemployed_only",
                violation_error_message=_("Only the unemployed have months of unemployment."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_moment_display())


class OfManagersQuerySet(VisibleQuerySet[M]):
    """Rows of a programme that its managers alone read."""

    def visible_to(self, account: "Reader") -> Self:
        """Managers of the programme."""
        return self.filter(programme__in=Programme.objects.managed_by(account))


@audited
class ReturnTable(Record):
    """A table that a managing authority asks for: its columns are rows, for authorities differ."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="return_tables", verbose_name=_("programme")
    )
    name = models.CharField(_("name"), max_length=150)
    note = models.TextField(_("where it comes from"), max_length=1000, blank=True)

    objects = OfManagersQuerySet.as_manager()

    class Meta:
        verbose_name = _("table of a return")
        verbose_name_plural = _("tables of returns")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="journeys_return_table_once",
                violation_error_message=_("This programme has a table of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ColumnQuerySet(VisibleQuerySet["ReturnColumn"]):
    """Columns of tables."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the tables that one may see."""
        return self.filter(table__in=ReturnTable.objects.visible_to(account))


@audited
class ReturnColumn(Record):
    """A column: its header, what it holds (`field`, a name of `croisee.journeys.returning`), and how values are said.

    `words` gives for each value of ours the one that the authority wants; others are written as they are. `fixed` is
    what a column without a field holds on each line.
    """

    table = models.ForeignKey(ReturnTable, models.CASCADE, related_name="columns", verbose_name=_("table"))
    order = models.PositiveSmallIntegerField(_("order"))
    header = models.CharField(_("header"), max_length=200)
    field = models.CharField(_("what it holds"), max_length=60, blank=True)
    fixed = models.CharField(_("fixed text"), max_length=200, blank=True)
    words = models.JSONField(_("how values are said"), default=dict, blank=True)

    objects = ColumnQuerySet.as_manager()

    class Meta:
        verbose_name = _("column of a return")
        verbose_name_plural = _("columns of returns")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "order"],
                name="journeys_return_column_order",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.header


@audited
class Control(Record):
    """A sample of journeys drawn for a control of their proofs; the same seed over the same frame draws it again."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="controls", verbose_name=_("programme")
    )
    name = models.CharField(_("name"), max_length=150)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    size = models.PositiveSmallIntegerField(
        _("journeys to draw"), default=30, validators=[MinValueValidator(1)]
    )
    seed = models.BigIntegerField(_("seed"))
    population = models.PositiveIntegerField(_("journeys in the period"), editable=False)
    frame = models.CharField(_("digest of what was drawn from"), max_length=64, editable=False)
    made_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("made by")
    )

    objects = OfManagersQuerySet.as_manager()

    class Meta:
        verbose_name = _("control of proofs")
        verbose_name_plural = _("controls of proofs")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="journeys_control_in_order",
                violation_error_message=_("The period cannot end before it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ItemState(models.TextChoices):
    """Where a journey drawn for a control stands."""

    OPEN = "open", _("to be looked at")
    SOUND = "sound", _("sound")
    UNSOUND = "unsound", _("not sound")


CONTROL_ITEM = Lifecycle(
    name="journeys.control_item",
    label=_("Journey drawn for a control"),
    states=ItemState,
    initial=ItemState.OPEN,
    transitions=(
        Transition(
            "approve",
            _("Sound"),
            (ItemState.OPEN, ItemState.UNSOUND),
            ItemState.SOUND,
            (Role.PROGRAMME_MANAGER,),
        ),
        Transition(
            "object",
            _("Not sound"),
            (ItemState.OPEN, ItemState.SOUND),
            ItemState.UNSOUND,
            (Role.PROGRAMME_MANAGER,),
        ),
    ),
)


class ItemQuerySet(VisibleQuerySet["ControlItem"]):
    """Journeys drawn."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the controls that one may see."""
        return self.filter(control__in=Control.objects.visible_to(account))


@audited(personal=("finding",))
class ControlItem(Record):
    """A journey drawn for a control, and what was found of its proofs."""

    lifecycle = CONTROL_ITEM

    control = models.ForeignKey(Control, models.CASCADE, related_name="items", verbose_name=_("control"))
    journey = models.ForeignKey(Journey, models.CASCADE, related_name="controls", verbose_name=_("journey"))
    order = models.PositiveSmallIntegerField(_("order"))
    state = CONTROL_ITEM.field()
    finding = models.TextField(_("finding"), max_length=2000, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("journey drawn")
        verbose_name_plural = _("journeys drawn")
        ordering = ["order"]
        constraints = [
            *CONTROL_ITEM.constraints(),
            models.UniqueConstraint(fields=["control", "journey"], name="journeys_control_item_once"),
        ]
        triggers = CONTROL_ITEM.triggers()

    def __str__(self) -> str:
        return str(self.order)
