"""The forms of first contacts and projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from croisee.directory.forms.person import PersonFields, home_field
from croisee.foundation import identifiers
from croisee.foundation.accounts.models import Account
from croisee.foundation.forms import RecordForm, day_field
from croisee.incubation.models import Enquiry, Incubator, Origin, Project
from croisee.opportunities.sectors import Sector

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict
    from django.utils.functional import Promise

STAYS: tuple[tuple[str, str | Promise], ...] = (
    ("", gettext_lazy("not said")),
    ("true", gettext_lazy("yes")),
    ("false", gettext_lazy("no, or anywhere")),
)
ANY_SECTOR = [("", gettext_lazy("Choose")), *Sector.choices]


def reach_missing(values: dict[str, Any]) -> bool:
    """Whether nobody could be answered: neither an e-mail address nor a telephone."""
    return not values.get("email") and not values.get("phone")


class ContactForm(RecordForm[Enquiry]):
    """What somebody writes on the public page. `website` is a trap for machines: people do not see it."""

    website = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    class Meta:
        model = Enquiry
        fields = ("name", "email", "phone", "text", "origin")
        labels = {"name": gettext_lazy("Your name"), "origin": gettext_lazy("Who told you of us")}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel"}),
            "text": forms.Textarea(attrs={"rows": 5}),
        }
        help_texts = {
            "email": gettext_lazy("An address or a telephone number: one of the two is enough."),
            "text": gettext_lazy(
                "What you would like to do, and where you are with it. Nothing about health."
            ),
        }

    def clean(self) -> dict[str, Any]:
        """One way to answer at least."""
        values = super().clean() or self.cleaned_data
        if "email" in values and "phone" in values and reach_missing(values):
            self.add_error("email", _("Give an e-mail address or a telephone number, so that we can answer."))
        return values

    @property
    def is_a_machine(self) -> bool:
        """Whether the trap was filled in."""
        return bool(self.cleaned_data.get("website"))


class MetForm(ContactForm):
    """What a manager notes of somebody met in person."""

    incubator = forms.ModelChoiceField(
        Incubator.objects.none(), label=pgettext_lazy("premises", "Incubator"), empty_label=None
    )
    field_order = ("incubator", "name", "email", "phone", "text", "origin")

    class Meta(ContactForm.Meta):
        labels = {"name": gettext_lazy("Name")}
        help_texts = {"text": gettext_lazy("What they would like to do. Nothing about health.")}

    def __init__(
        self, data: QueryDict | None = None, *, incubators: Sequence[Incubator], **options: Any
    ) -> None:
        super().__init__(data, **options)
        del self.fields["website"]
        choose_incubator(self, incubators)


def choose_incubator(form: forms.BaseForm, incubators: Sequence[Incubator]) -> None:
    """Let a form choose among these incubators; where there is one, it is chosen and not asked."""
    field = cast("forms.ModelChoiceField[Any]", form.fields["incubator"])
    field.queryset = Incubator.objects.filter(pk__in=[one.pk for one in incubators])
    if len(incubators) == 1:
        field.initial = incubators[0].pk
        field.widget = field.hidden_widget()


class AnswerForm(forms.Form):
    """The answer to a first contact."""

    answer = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=gettext_lazy("A first appointment, papers to bring, another place that suits better…"),
    )


class ProjectFields(forms.Form):
    """Abstract: what is known of a project as it is received."""

    title = forms.CharField(
        label=gettext_lazy("Project"),
        max_length=150,
        help_text=gettext_lazy("In a few words, as one says it: “Caterer by bicycle”."),
    )
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), choices=ANY_SECTOR)
    description = forms.CharField(
        label=gettext_lazy("What the company does, or will do"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    partners = forms.CharField(
        label=gettext_lazy("With whom"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Others who carry the project."),
    )
    stays = forms.TypedChoiceField(
        label=gettext_lazy("Wishes to work in the neighbourhood"),
        choices=STAYS,
        required=False,
        coerce=lambda text: {"true": True, "false": False}.get(text),
        empty_value=None,
        help_text=gettext_lazy("Both answers are good: nobody is asked to stay, nor to leave."),
    )
    origin = forms.ChoiceField(label=gettext_lazy("Sent by"), choices=Origin, initial=Origin.OWN)
    received_on = day_field(gettext_lazy("Received on"), initial=timezone.localdate)


class ReceiveForm(ProjectFields):
    """A project whose holder is known already: sent by a référent."""


class NewProjectForm(PersonFields, ProjectFields):
    """A project and its holder. `same` says which known person it is, or that it is nobody known."""

    same = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    incubator = forms.ModelChoiceField(
        Incubator.objects.none(), label=pgettext_lazy("premises", "Incubator"), empty_label=None
    )
    address = home_field(
        gettext_lazy(
            "Whether it is in a priority neighbourhood is answered once and kept: it is counted, and decides nothing."
        )
    )
    field_order = (
        *("incubator", "given_name", "family_name", "birth_date", "sex", "email", "phone", "address"),
        *("level", "title", "sector", "description", "partners", "stays", "origin", "received_on"),
    )

    def __init__(
        self, data: QueryDict | None = None, *, incubators: Sequence[Incubator], **options: Any
    ) -> None:
        super().__init__(data, **options)
        del self.fields["jobs"]
        self.fields["email"].help_text = _("The invitation to follow the project here goes there.")
        choose_incubator(self, incubators)


class EditProjectForm(RecordForm[Project]):
    """What is said of a project; the holder changes what is the holder's to say."""

    stays = forms.TypedChoiceField(
        label=gettext_lazy("Wishes to work in the neighbourhood"),
        choices=STAYS,
        required=False,
        coerce=lambda text: {"true": True, "false": False}.get(text),
        empty_value=None,
        help_text=gettext_lazy("Both answers are good: nobody is asked to stay, nor to leave."),
    )

    class Meta:
        model = Project
        fields = (
            *("title", "description", "partners", "sector", "naf", "stays", "origin", "received_on"),
            "adviser",
        )
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "naf": gettext_lazy("As on the company’s papers: 56.21Z. Left empty while it is not known.")
        }

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        advisers: Sequence[Account] | None,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        said = {True: "true", False: "false"}
        self.initial["stays"] = "" if self.instance.stays is None else said[self.instance.stays]
        if advisers is None:
            for name in ("origin", "received_on", "adviser"):
                del self.fields[name]
            return
        choice = cast("forms.ModelChoiceField[Any]", self.fields["adviser"])
        choice.queryset = Account.objects.filter(pk__in=[one.pk for one in advisers])
        choice.empty_label = _("nobody yet")

    def clean_naf(self) -> str:
        """A code of the NAF, or nothing."""
        text: str = self.cleaned_data["naf"].strip().upper()
        if text and not is_naf(text):
            raise ValidationError(_("A NAF code is four figures and a letter: 56.21Z."))
        return text


def is_naf(text: str) -> bool:
    """Whether `text` is written as a code of the NAF is: four figures and a letter, a dot after two or none."""
    plain = text.replace(".", "")
    return len(plain) == 5 and plain[:4].isdecimal() and plain[4].isalpha()


class OrientForm(forms.Form):
    """To whom the holder is sent on."""

    oriented_to = forms.CharField(
        label=gettext_lazy("Sent on to"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("BGE, Adie, the chamber of trades… Empty: nobody any more."),
    )
    oriented_on = day_field(gettext_lazy("On"), required=False, initial=timezone.localdate)


class CompanyForm(forms.Form):
    """The company of a project."""

    siret = forms.CharField(
        label=gettext_lazy("SIRET"),
        max_length=20,
        help_text=gettext_lazy("Fourteen figures, on the certificate of registration."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the company"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Left empty, it is the one that SIRENE gives."),
    )
    founded_on = day_field(gettext_lazy("Founded on"))
    micro = forms.BooleanField(
        label=gettext_lazy("It is a micro-entrepreneur’s"),
        required=False,
        help_text=gettext_lazy("Its survival is compared with that of other micro-entrepreneurs."),
    )

    def clean_siret(self) -> str:
        """A SIRET whose key is right."""
        try:
            return identifiers.siret(self.cleaned_data["siret"])
        except identifiers.InvalidIdentifier as error:
            raise ValidationError(str(error)) from error


class SendForm(forms.Form):
    """A référent sends a person to an incubator."""

    incubator = forms.ModelChoiceField(
        Incubator.objects.none(), label=pgettext_lazy("premises", "Incubator"), empty_label=None
    )
    text = forms.CharField(
        label=gettext_lazy("The idea in a few lines"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "The incubator reads it with the name and how to reach the person. Nothing about health."
        ),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("The person agrees that the incubator be told this, with how to reach them"),
        error_messages={"required": gettext_lazy("Ask the person first, then tick this box.")},
    )

    def __init__(self, data: QueryDict | None = None, *, incubators: Sequence[Incubator]) -> None:
        super().__init__(data)
        choose_incubator(self, incubators)
