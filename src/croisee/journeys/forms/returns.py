"""The forms of returns: questionnaires, proofs, tables and their columns, files, controls, indicators."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.directory.models import Level, Sex
from croisee.foundation.documents.uploads import ACCEPTED, checked
from croisee.foundation.forms import day_field, moment
from croisee.journeys.completeness import ANSWERS, ASKED
from croisee.journeys.forms.periods import PeriodForm, this_year
from croisee.journeys.models import (
    Answer,
    Labour,
    Moment,
    Nationality,
    Programme,
    Proof,
    ProofKind,
    ReturnColumn,
    ReturnTable,
    Situation,
)
from croisee.journeys.queries.returns import ENTERED_THEN, LEFT_THEN, PRESENT_THEN
from croisee.journeys.returning import DAY_FORMATS, FIELDS, FORMAT, choices
from croisee.journeys.services.returns.exporting import SEPARATORS, Wanted

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict

NOT_ASKED = ("", gettext_lazy("not asked yet"))
HELP = {
    "labour": gettext_lazy(
        "Unemployed: registered at France Travail, or without work, available and looking for it."
    ),
    "unemployed_months": gettext_lazy(
        "Only for the unemployed. More than 12 (more than 6 before 25 years): long-term."
    ),
    "qualified": gettext_lazy("A diploma, a title or a certificate obtained since the entry."),
    "improved": gettext_lazy("For who was at work at entry: a lasting contract, more hours, a better post."),
    "searching": gettext_lazy("For who is neither at work nor registered as unemployed."),
    "disability": gettext_lazy("The person may prefer not to say."),
    "nationality": gettext_lazy("The person may prefer not to say."),
    "housing_exclusion": gettext_lazy("The person may prefer not to say."),
}
CHOICES: dict[str, list[tuple[Any, Any]]] = {
    "sex": Sex.choices,
    "level": Level.choices,
    "labour": [NOT_ASKED, *Labour.choices],
    "disability": [NOT_ASKED, *Answer.choices],
    "nationality": [NOT_ASKED, *Nationality.choices],
    "housing_exclusion": [NOT_ASKED, *Answer.choices],
}
YES_NO = [NOT_ASKED, ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))]
COMPUTED = ("age",)
SEEDS = 10**9
USUAL_SIZE = 30


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not asked yet."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=YES_NO, coerce=lambda text: text == "yes", empty_value=None, required=False, **options
        )

    def prepare_value(self, value: Any) -> Any:
        """What is chosen in the drop-down."""
        return {True: "yes", False: "no"}.get(value, value)


class SituationForm(forms.Form):
    """The answers of a moment; what is not known yet is left for later."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict | None, moment: str, row: Situation | None, initial: dict[str, Any]
    ) -> None:
        names = [name for name in ASKED[moment] if name not in COMPUTED]
        if row is not None:
            initial = {name: getattr(row, name) for name in ("note", *names)}
            initial["seen"] = row.updated_at.isoformat()
        super().__init__(data, initial=initial)
        for name in names:
            self.fields[name] = self._field(name)
        self.fields["note"] = forms.CharField(
            label=gettext_lazy("Note"),
            required=False,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=gettext_lazy("The person may read it."),
        )

    def _field(self, name: str) -> forms.Field:
        common: dict[str, Any] = {"label": capfirst(str(ANSWERS[name])), "help_text": HELP.get(name, "")}
        if name == "answered_on":
            return day_field(common["label"])
        if name == "unemployed_months":
            return forms.IntegerField(required=False, min_value=0, max_value=600, **common)
        if name in CHOICES:
            return forms.ChoiceField(choices=CHOICES[name], required=False, **common)
        return YesNoField(**common)

    def last_seen(self) -> dt.datetime | None:
        """When the answers were last changed as they were shown."""
        return moment(self.data.get("seen", ""))


class ProofForm(forms.Form):
    """A proof: what it is, for which moment, its file or its name, its dates."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=gettext_lazy("Proof"), choices=ProofKind)
    moment = forms.ChoiceField(label=gettext_lazy("Moment"), choices=Moment)
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("PDF, JPEG or PNG, 5 MB at most."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Without a file: which paper you saw, and where it is kept."),
    )
    dated_on = day_field(gettext_lazy("Date of the proof"), required=False)
    valid_until = day_field(
        gettext_lazy("Holds until"),
        required=False,
        help_text=gettext_lazy("Left empty: as long as the programme says for this proof, else always."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: Any = None,
        *,
        row: Proof | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        given = dict(initial or {})
        if row is not None:
            names = ("kind", "moment", "name", "dated_on", "valid_until")
            given = {name: getattr(row, name) for name in names} | {"seen": row.updated_at.isoformat()}
        super().__init__(data, files, initial=given)

    def clean_file(self) -> Any:
        """A file that is what it says, and small enough."""
        return checked(self.cleaned_data["file"])

    def last_seen(self) -> dt.datetime | None:
        """When the proof was last changed as it was shown."""
        return moment(self.data.get("seen", ""))


class RequirementForm(forms.Form):
    """A proof that a programme asks for."""

    kind = forms.ChoiceField(label=gettext_lazy("Proof"), choices=ProofKind)
    moment = forms.ChoiceField(label=gettext_lazy("Moment"), choices=Moment)
    months_valid = forms.IntegerField(
        label=gettext_lazy("Months it holds"),
        required=False,
        min_value=1,
        max_value=120,
        help_text=gettext_lazy("Counted from its date; left empty, it always holds."),
    )


class WhyForm(forms.Form):
    """Why a proof is refused."""

    why = forms.CharField(max_length=300)


class FindingForm(forms.Form):
    """What was found of a journey drawn."""

    finding = forms.CharField(max_length=2000)


class NewTableForm(forms.Form):
    """A table: for which programme, its name, what it begins with."""

    MODEL, BLANK = "model", "blank"

    programme = forms.ModelChoiceField(label=gettext_lazy("Programme"), queryset=Programme.objects.none())
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    like = forms.ChoiceField(label=gettext_lazy("Begin with"))

    def __init__(
        self, data: QueryDict | None, programmes: QuerySet[Programme], tables: QuerySet[ReturnTable]
    ) -> None:
        super().__init__(data)
        self.tables = {str(table.pk): table for table in tables}
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        self.fields["programme"].initial = programmes.first()
        self.fields["like"].choices = [  # type: ignore[attr-defined]
            (self.MODEL, _("the model of participants, to change as the authority asks")),
            (self.BLANK, _("no column")),
            *(
                (key, _("the columns of “%(name)s”") % {"name": table.name})
                for key, table in self.tables.items()
            ),
        ]


class TableForm(forms.Form):
    """The name of a table, and where it comes from."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    note = forms.CharField(
        label=gettext_lazy("Where it comes from"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Which form of which authority, of which date."),
    )


class ColumnForm(forms.Form):
    """A column: its header, what it holds, how each value is said."""

    header = forms.CharField(label=gettext_lazy("Header"), max_length=200)
    field = forms.ChoiceField(label=gettext_lazy("What it holds"), required=False)
    fixed = forms.CharField(
        label=gettext_lazy("Fixed text"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The same on each line, for a column that holds no fact."),
    )

    def __init__(self, data: QueryDict | None, row: ReturnColumn | None = None) -> None:
        super().__init__(data)
        self.fields["field"].choices = [("", _("a fixed text")), *choices()]  # type: ignore[attr-defined]
        self.said: list[str] = []
        if row is None:
            return
        self.initial = {"header": row.header, "field": row.field, "fixed": row.fixed}
        fact = FIELDS.get(row.field)
        if fact is not None and fact.is_day:
            self.fields["word_format"] = forms.ChoiceField(
                label=_("How days are written"), choices=list(DAY_FORMATS.items())
            )
            self.initial["word_format"] = row.words.get(FORMAT) or "%Y-%m-%d"
            self.said = [FORMAT]
        for value, label in (fact.values if fact else {}).items():
            self.fields[f"word_{value}"] = forms.CharField(
                label=_("How “%(value)s” is said") % {"value": label}, max_length=100, required=False
            )
            self.initial[f"word_{value}"] = row.words.get(value, "")
            self.said.append(value)

    def values(self) -> dict[str, Any]:
        """What the service takes; a word left empty is the value's own, as it is kept here."""
        sent = self.cleaned_data
        words = {value: sent[f"word_{value}"] for value in self.said if sent.get(f"word_{value}")}
        return {"header": sent["header"], "field": sent["field"], "fixed": sent["fixed"], "words": words}


class ExportForm(PeriodForm):
    """Whom a table holds, and as which file."""

    which = forms.ChoiceField(
        label=gettext_lazy("Participants"),
        choices=[
            (PRESENT_THEN, gettext_lazy("in the programme at some day of the period")),
            (ENTERED_THEN, gettext_lazy("who entered in the period")),
            (LEFT_THEN, gettext_lazy("who left in the period")),
        ],
    )
    separator = forms.ChoiceField(
        label=gettext_lazy("Separator of the CSV"),
        choices=[
            ("semicolon", gettext_lazy("semicolon")),
            ("comma", gettext_lazy("comma")),
            ("tab", gettext_lazy("tab")),
        ],
    )

    def __init__(self, data: QueryDict | dict[str, Any]) -> None:
        """What the address or the form asks for; this year's participants without."""
        usual = this_year()
        asked = {
            "first": data.get("first") or usual.first.isoformat(),
            "last": data.get("last") or usual.last.isoformat(),
            "which": data.get("which") or PRESENT_THEN,
            "separator": data.get("separator") or next(iter(SEPARATORS)),
        }
        super().__init__(asked)

    @staticmethod
    def usual() -> Wanted:
        """This year's participants."""
        return Wanted(this_year())

    def wanted(self, kind: str) -> Wanted:
        """What is exported, once it is valid."""
        return Wanted(self.period(), self.cleaned_data["which"], kind, self.cleaned_data["separator"])


class ControlForm(PeriodForm):
    """Which journeys, how many, from which seed."""

    programme = forms.ModelChoiceField(label=gettext_lazy("Programme"), queryset=Programme.objects.none())
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    size = forms.IntegerField(
        label=gettext_lazy("Journeys to draw"),
        min_value=1,
        max_value=1_000,
        initial=USUAL_SIZE,
        help_text=gettext_lazy(
            "Without any fault found, 60 show that at most 5 per cent are faulty, 30 at most 10 per cent "
            "(95 times in 100)."
        ),
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Seed of the draw"),
        min_value=0,
        max_value=2**53 - 1,
        help_text=gettext_lazy(
            "Drawn at random here; the same seed draws the same journeys again, so that anyone can check."
        ),
    )
    field_order = ("programme", "name", "first", "last", "size", "seed")

    def __init__(self, data: QueryDict | None, programmes: QuerySet[Programme]) -> None:
        """Last year, a new seed."""
        year = timezone.localdate().year - 1
        initial = {
            "first": dt.date(year, 1, 1),
            "last": dt.date(year, 12, 31),
            "seed": secrets.randbelow(SEEDS),
        }
        super().__init__(data, initial=initial)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        self.fields["programme"].initial = programmes.first()
