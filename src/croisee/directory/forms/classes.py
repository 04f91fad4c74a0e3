"""What people fill in about classes and pupils."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.directory.class_lists.rows import OLDEST, YOUNGEST
from croisee.directory.models import Person, SchoolClass
from croisee.directory.names import looks_like_a_name
from croisee.directory.queries import current_school_year
from croisee.foundation.accounts.models import Organisation


class ClassForm(forms.Form):
    """A class; `schools` are those to choose from, not asked when there is one."""

    school = forms.ModelChoiceField(label=_("School"), queryset=Organisation.objects.none(), empty_label=None)
    name = forms.CharField(label=_("Name"), max_length=40, help_text=_("For instance: 3e B."))
    school_year = forms.CharField(label=_("School year"), max_length=9, help_text=_("Written 2026-2027."))
    teacher_name = forms.CharField(
        label=_("Referent teacher"),
        max_length=150,
        required=False,
        help_text=_("Named on the conventions of the class."),
    )
    teacher_email = forms.EmailField(label=_("Referent teacher's e-mail address"), required=False)

    def __init__(
        self, schools: Any, *args: Any, school_class: SchoolClass | None = None, **kwargs: Any
    ) -> None:
        if school_class is not None:
            kwargs["initial"] = {name: getattr(school_class, name) for name in list(self.base_fields)[1:]}
        else:
            kwargs["initial"] = {"school_year": current_school_year()}
        super().__init__(*args, **kwargs)
        choices = list(schools)
        if school_class is not None or len(choices) == 1:
            del self.fields["school"]
        else:
            field: Any = self.fields["school"]
            field.queryset = schools

    def clean_school_year(self) -> str:
        """Two years that follow each other."""
        text: str = self.cleaned_data["school_year"].replace("/", "-").replace(" ", "")
        start, dash, end = text.partition("-")
        if not (dash and start.isdecimal() and end.isdecimal() and int(end) == int(start) + 1):
            raise ValidationError(_("A school year spans two years that follow each other: 2026-2027."))
        return text


class PupilForm(forms.Form):
    """A pupil: names, birth date, home; what a host must know is written only with consent."""

    given_name = forms.CharField(label=_("Given name"), max_length=100)
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    birth_date = forms.DateField(
        label=_("Birth date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        required=False,
        help_text=_(
            "Number, street, postcode and town: it tells whether the home is in a priority neighbourhood."
        ),
    )
    answer_only = forms.BooleanField(
        label=_("Keep only the answer, not the address"),
        required=False,
        help_text=_("The address is forgotten as soon as the answer is known."),
    )
    needs = forms.CharField(
        label=_("What a host must know"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Health, disability… Given to the host only while the family consents to it."),
    )
    seen = forms.DateTimeField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        if person is not None:
            kwargs["initial"] = {
                name: getattr(person, name)
                for name in ("given_name", "family_name", "birth_date", "address", "needs")
            } | {"seen": person.updated_at.isoformat()}
        super().__init__(*args, **kwargs)

    def clean_given_name(self) -> str:
        """A name."""
        return _a_name(self.cleaned_data["given_name"])

    def clean_family_name(self) -> str:
        """A name."""
        return _a_name(self.cleaned_data["family_name"])

    def clean_birth_date(self) -> dt.date:
        """That of somebody who goes to school."""
        day: dt.date = self.cleaned_data["birth_date"]
        if not YOUNGEST <= (timezone.localdate() - day).days / 365.25 <= OLDEST:
            raise ValidationError(_("Check the year: this would be no pupil."))
        return day


def _a_name(text: str) -> str:
    if not looks_like_a_name(text):
        raise ValidationError(_("Write letters, hyphens and apostrophes only."))
    return " ".join(text.split())


class MoveForm(forms.Form):
    """The class that a pupil goes to."""

    school_class = forms.ModelChoiceField(
        label=_("Class"), queryset=SchoolClass.objects.none(), empty_label=_("Choose a class")
    )

    def __init__(self, classes: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["school_class"]
        field.queryset = classes
        field.label_from_instance = lambda one: f"{one.name} ({one.school_year})"


class LeaveForm(forms.Form):
    """The day a pupil left."""

    left_on = forms.DateField(
        label=_("Left on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"left_on": timezone.localdate()}, **kwargs})
