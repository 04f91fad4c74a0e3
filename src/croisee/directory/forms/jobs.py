"""The fields in which somebody writes jobs: ROME codes, with a box that suggests them by the words of a trade."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from croisee.directory.rome import codes_written

SUGGESTS = {
    "data-suggest": reverse_lazy("directory:suggest_jobs"),
    "data-found": gettext_lazy("jobs suggested"),
}


class JobsField(forms.CharField):
    """Several ROME codes, with a comma between them; its value is the list of them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 120, "required": False, **options})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The box suggests jobs."""
        return {**super().widget_attrs(widget), **SUGGESTS}

    def prepare_value(self, value: Any) -> Any:
        """A list of codes as it is written."""
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        """The codes. Raises ValidationError naming the first word that is none."""
        return codes_written(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other codes are written."""
        return super().has_changed(self.prepare_value(initial), data)


class JobField(JobsField):
    """One ROME code, or none; its value is the code, or an empty text."""

    def clean(self, value: Any) -> Any:
        """The code. Raises ValidationError for several, or for what is none."""
        codes = super().clean(value)
        if len(codes) > 1:
            raise ValidationError(_("Write one code."), code="several")
        return codes[0] if codes else ""
