"""The form of an action: what it is, for whom, where, how to ask for it, in the words of data·inclusion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.directory.forms import HOME_SUGGESTS
from croisee.directory.forms.jobs import JobsField
from croisee.foundation.forms import RecordForm
from croisee.journeys import vocabulary
from croisee.journeys.models import Action
from croisee.journeys.queries.actions import organisations_kept

if TYPE_CHECKING:
    from django.http import QueryDict

SAID_NOT = gettext_lazy("not said")


class GroupedCheckboxes(forms.CheckboxSelectMultiple):
    """Boxes under a heading that opens: many choices take little room, and none needs a script."""

    template_name = "journeys/actions/grouped.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The groups, each with whether something in it is chosen: it is open then."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["groups"] = [
            (heading, options, any(option["selected"] for option in options))
            for heading, options, _number in context["widget"]["optgroups"]
        ]
        return context


def _several(label: Any, choices: Any, **options: Any) -> forms.MultipleChoiceField:
    widget = options.pop("widget", forms.CheckboxSelectMultiple)
    return forms.MultipleChoiceField(label=label, choices=choices, widget=widget, required=False, **options)


def _one(label: Any, choices: vocabulary.Choices, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", SAID_NOT), *choices], required=False, **options)


class ActionForm(RecordForm[Action]):
    """An action of the territory."""

    type = _one(gettext_lazy("Type"), vocabulary.TYPES)
    themes = _several(gettext_lazy("Themes"), vocabulary.themes_by_category(), widget=GroupedCheckboxes)
    publics = _several(gettext_lazy("Publics"), vocabulary.PUBLICS)
    fees = _one(gettext_lazy("Fees"), vocabulary.FEES)
    welcome = _several(gettext_lazy("Where it takes place"), vocabulary.WELCOME)
    reach = _several(gettext_lazy("How to ask for it"), vocabulary.REACH)
    for_whom = _several(gettext_lazy("Who may ask for it"), vocabulary.FOR_WHOM)
    zones = forms.CharField(
        label=gettext_lazy("Territories"),
        required=False,
        max_length=300,
        help_text=gettext_lazy(
            "Official codes of communes, départements or EPCI, with a comma between them; “france” for everywhere."
        ),
    )
    website = forms.URLField(
        label=gettext_lazy("Web page"), required=False, max_length=300, assume_scheme="https"
    )
    jobs = JobsField(label=gettext_lazy("Jobs it leads to (ROME codes)"))

    class Meta:
        model = Action
        fields = (
            "organisation",
            "name",
            "description",
            "step_kind",
            "type",
            "themes",
            "publics",
            "publics_details",
            "conditions",
            "ends_on",
            "weekly_hours",
            "weeks",
            "fees",
            "fees_details",
            "welcome",
            "address",
            "postcode",
            "city",
            "zones",
            "reach",
            "for_whom",
            "reach_details",
            "phone",
            "email",
            "website",
            "jobs",
            "is_published",
        )
        help_texts = {
            "description": gettext_lazy("Plain words, short sentences; 200 to 2 000 characters are best."),
            "step_kind": gettext_lazy("The kind of a step that somebody is sent to it by."),
            "ends_on": gettext_lazy("Empty: until further notice."),
            "phone": gettext_lazy("Of the service, not of somebody: it is published."),
            "email": gettext_lazy("Of the service, not of somebody: it is published."),
            "is_published": gettext_lazy(
                "Shown to everyone, and sent out in the data·inclusion schema that the national tools read."
            ),
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 6}),
            "publics_details": forms.Textarea(attrs={"rows": 2}),
            "conditions": forms.Textarea(attrs={"rows": 2}),
            "fees_details": forms.Textarea(attrs={"rows": 2}),
            "reach_details": forms.Textarea(attrs={"rows": 2}),
            "address": forms.TextInput(attrs={"autocomplete": "off", **HOME_SUGGESTS}),
        }

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        offered = cast("forms.ModelChoiceField[Any]", self.fields["organisation"])
        offered.queryset, offered.empty_label = organisations_kept(self.account), None
        self.initial["zones"] = ", ".join(self.instance.zones)
        for name in ("themes", "publics", "fees", "type", "welcome", "reach", "for_whom", "zones", "jobs"):
            self.fields[name].label = capfirst(str(self.fields[name].label))

    def clean_zones(self) -> list[str]:
        """The codes, each once."""
        words = self.cleaned_data["zones"].replace(";", ",").replace(" ", ",").split(",")
        return list(dict.fromkeys(word.strip() for word in words if word.strip()))

    def clean_publics(self) -> list[str]:
        """Everyone, or some: not both."""
        chosen: list[str] = self.cleaned_data["publics"]
        if vocabulary.EVERYONE in chosen and len(chosen) > 1:
            raise ValidationError(_("“Tous publics” stands alone: take it away, or the others."))
        return chosen
