"""The forms of programmes, requests for entry, meetings and what they decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.directory.forms.jobs import JobField
from croisee.directory.forms.person import PersonFields, home_field
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.forms import RecordForm, day_field, moment
from croisee.journeys.models import Committee, Decision, Journey, Programme, Verdict
from croisee.journeys.queries.entries import possible_partners, prescribers, with_load
from croisee.journeys.queries.referents import referents_of
from croisee.journeys.services.entries.committees import Line

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.http import QueryDict


class ProgrammeForm(RecordForm[Programme]):
    """A programme: who runs it, who else follows people in it, its rules."""

    class Meta:
        model = Programme
        fields = (
            "name",
            "kind",
            "organisation",
            "description",
            "is_open",
            "has_committee",
            "quorum",
            "months",
            "contact_weeks",
            "caseload",
            "retention_months",
            "fse",
            "fse_operation",
            "partners",
        )
        help_texts = {
            "is_open": gettext_lazy("Requests for entry can be made."),
            "has_committee": gettext_lazy("Otherwise whoever manages the programme accepts or refuses."),
            "contact_weeks": gettext_lazy("A référent is warned after so many weeks without contact."),
            "caseload": gettext_lazy("Shown beside what each one follows; nothing is refused past it."),
            "retention_months": gettext_lazy(
                "Then the person is taken out of it, and what is counted stays."
            ),
            "fse_operation": gettext_lazy("As the managing authority gives it: exports bear it."),
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "partners": forms.CheckboxSelectMultiple,
        }

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        own = self.account.organisations(Role.PROGRAMME_MANAGER).order_by("name")
        runs = cast("forms.ModelChoiceField[Any]", self.fields["organisation"])
        serves = cast("forms.ModelMultipleChoiceField[Any]", self.fields["partners"])
        runs.queryset, runs.empty_label = own, None
        serves.queryset = possible_partners()


class AskedFields(forms.Form):
    """Abstract: who sends the person, and why."""

    asked_on = day_field(gettext_lazy("Asked on"), initial=timezone.localdate)
    prescriber = forms.ModelChoiceField(
        label=gettext_lazy("Sent by"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("nobody, or not said"),
    )
    asked_by_name = forms.CharField(
        label=gettext_lazy("Who there"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("The name of the adviser who knows the person."),
    )
    why = forms.CharField(
        label=gettext_lazy("Why this programme"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The committee and the person read it. Nothing about health."),
    )
    project = forms.CharField(
        label=gettext_lazy("Project of the person"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    project_job = JobField(label=gettext_lazy("Job aimed at (ROME code)"), max_length=60)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.ModelChoiceField[Any]", self.fields["prescriber"]).queryset = prescribers()


class RequestForm(PersonFields, AskedFields):
    """A request for entry. `same` says which known person it is, or that it is nobody known."""

    same = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    address = home_field(
        gettext_lazy(
            "Whether it is in a priority neighbourhood is answered once and kept: it is counted, and decides of "
            "nobody’s entry."
        )
    )
    programme = forms.ModelChoiceField(
        label=gettext_lazy("Programme"), queryset=Programme.objects.none(), empty_label=None
    )
    field_order = (
        "same",
        "programme",
        "given_name",
        "family_name",
        "birth_date",
        "sex",
        "address",
        "email",
        "phone",
        "level",
        "jobs",
        "asked_on",
        "prescriber",
        "asked_by_name",
        "why",
        "project",
        "project_job",
    )

    def __init__(self, data: QueryDict | None = None, *, account: Account, programme: str = "") -> None:
        super().__init__(data)
        choice = cast("forms.ModelChoiceField[Any]", self.fields["programme"])
        choice.queryset = Programme.objects.visible_to(account).filter(is_open=True)
        self.initial["programme"] = programme


class EditRequestForm(AskedFields):
    """What a request says, while it waits."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

    def __init__(self, data: QueryDict | None = None, *, journey: Journey) -> None:
        names = ("asked_on", "asked_by_name", "why", "project", "project_job")
        initial = {name: getattr(journey, name) for name in names}
        initial |= {"prescriber": journey.prescriber_id, "seen": journey.updated_at.isoformat()}
        super().__init__(data, initial=initial)

    def seen_at(self) -> dt.datetime | None:
        """When the row was last changed as the page was drawn."""
        return moment(self.cleaned_data.get("seen", ""))


class CommitteeForm(RecordForm[Committee]):
    """When and where a committee meets."""

    class Meta:
        model = Committee
        fields = ("held_on", "place")


class ReferentChoice(forms.ModelChoiceField):
    """Référents by name, with how many people each follows."""

    def __init__(self, programme: Programme, **options: Any) -> None:
        self.most = programme.caseload
        rows = with_load(referents_of(programme), programme)
        super().__init__(rows, **{"empty_label": _("choose"), **options})

    def label_from_instance(self, obj: Any) -> str:
        """`Awa Le Goff (42 of 60)`."""
        text = _("%(name)s (follows %(n)d of %(most)d)")
        return text % {"name": obj.name or obj.email, "n": obj.load, "most": self.most}


class AcceptForm(forms.Form):
    """Where no committee decides: from when, followed by whom."""

    on = day_field(gettext_lazy("Day of entry"), initial=timezone.localdate)

    def __init__(self, programme: Programme, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="accept_%s")
        self.fields["referent"] = ReferentChoice(programme, label=_("Référent"))


class RefuseForm(forms.Form):
    """Why not."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is refused"),
        max_length=500,
        help_text=gettext_lazy("The person reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="refuse_%s")


class MinutesForm(forms.Form):
    """Who was there, and what was said besides the decisions."""

    members = forms.CharField(
        label=gettext_lazy("Members present, one a line"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    minutes = forms.CharField(
        label=gettext_lazy("What was said besides the decisions"),
        max_length=10000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("It is printed in the minutes. Name nobody who is followed."),
    )

    def __init__(self, committee: Committee, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"members": committee.members, "minutes": committee.minutes})


class KnownReferent(forms.Field):
    """A référent among those already read: a long agenda asks the database no more than a short one."""

    def __init__(self, people: Mapping[str, tuple[Account, str]]) -> None:
        choices = [("", _("choose")), *((key, label) for key, (_one, label) in people.items())]
        super().__init__(label=_("Référent"), required=False, widget=forms.Select(choices=choices))
        self.people = people

    def prepare_value(self, value: Any) -> str:
        """The key, whatever form it has."""
        return str(value or "")

    def clean(self, value: Any) -> Account | None:
        """The account. Raises ValidationError for one who does not follow people here."""
        if not value:
            return None
        found = self.people.get(str(value))
        if found is None:
            raise ValidationError(
                _("This référent follows nobody in this programme any more: choose another.")
            )
        return found[0]


class LineForm(forms.Form):
    """The decision on one request; its prefix is the key of the decision."""

    verdict = forms.ChoiceField(label=gettext_lazy("Decision"), choices=Verdict)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, required=False)

    def __init__(self, decision: Decision, referent: KnownReferent, data: QueryDict | None = None) -> None:
        names = ("verdict", "reason")
        initial = {name: getattr(decision, name) for name in names} | {"referent": decision.referent_id}
        super().__init__(data, initial=initial, prefix=str(decision.pk))
        self.decision = decision
        self.fields["referent"] = referent

    def line(self) -> Line:
        """What is written."""
        cleaned = self.cleaned_data
        return Line(cleaned["verdict"], cleaned["reason"], cleaned["referent"])

    def lacks(self, missing: Mapping[str, str]) -> None:
        """Show what the line lacks beside its fields."""
        for name, text in missing.items():
            self.add_error(name, text)


def line_forms(
    committee: Committee, decisions: Sequence[Decision], data: QueryDict | None = None
) -> list[LineForm]:
    """The lines of an agenda as forms; the référents are read once for all of them."""
    named = ReferentChoice(committee.programme)
    rows: Any = named.queryset
    people = {str(one.pk): (one, named.label_from_instance(one)) for one in rows}
    return [LineForm(decision, KnownReferent(people), data) for decision in decisions]


def lines_of(forms_of_lines: Sequence[LineForm]) -> dict[UUID, Line]:
    """What is written, by the key of each decision."""
    return {form.decision.pk: form.line() for form in forms_of_lines}
