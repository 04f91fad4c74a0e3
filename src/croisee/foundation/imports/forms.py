"""The forms of an import, made from what its kind declares."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from croisee.foundation.imports.kinds import ImportKind
from croisee.foundation.imports.matching import guess, unused
from croisee.foundation.imports.reading import MAX_BYTES, FileReading
from croisee.foundation.tables import Column

ACCEPTED = ".csv,.txt,.gz,.xlsx,.xls,.ods"


def _file_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.FileField:
    widget = forms.ClearableFileInput(attrs={"accept": ACCEPTED})
    return forms.FileField(
        label=label, help_text=help_text, required=required, widget=widget, validators=[_of_a_size_to_read]
    )


def _of_a_size_to_read(file: File) -> None:
    """Refused at the door: nothing that could not be read is kept."""
    if (file.size or 0) > MAX_BYTES:
        raise ValidationError(
            _("This file is larger than %(megabytes)d MB: check that it is the right one, or split it."),
            params={"megabytes": MAX_BYTES // 1_048_576},
        )


class UploadForm(forms.Form):
    """One file a slot of the kind."""

    def __init__(self, kind: ImportKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for slot in kind.slots:
            columns_are = _("Columns:")
            names = ", ".join(column.name for column in slot.columns if column.required)
            text = f"{slot.help_text} {columns_are} {names}".strip()
            self.fields[slot.name] = _file_field(slot.label, text, required=slot.required)
        _add_choices(self, kind)

    def ticked(self) -> list[str]:
        """The choices ticked."""
        return [name for name, value in self.cleaned_data.items() if value is True]


class ChoicesForm(forms.Form):
    """What may be asked for beside the files, once they are seen."""

    def __init__(self, kind: ImportKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _add_choices(self, kind)

    def ticked(self) -> list[str]:
        """The choices ticked."""
        return [name for name, value in self.cleaned_data.items() if value is True]


def _add_choices(form: forms.Form, kind: ImportKind) -> None:
    for choice in kind.choices:
        form.fields[choice.name] = forms.BooleanField(
            label=choice.label, help_text=choice.help_text, required=False
        )


class FileForm(forms.Form):
    """A file in place of another, or with corrected rows."""

    file = _file_field(_("File"))


class ColumnsForm(forms.Form):
    """For each column that the file does not name, the heading that it goes by there."""

    def __init__(self, reading: FileReading, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": reading.file.slot})
        headings = unused(reading.columns, reading.headings, reading.file.mapping)
        missing: Sequence[Column] = reading.missing
        guessed = guess(missing, headings)
        for column in missing:
            self.fields[column.name] = forms.ChoiceField(
                label=column.name,
                required=column.required,
                choices=[("", _("no column")), *((heading, heading) for heading in headings)],
                initial=guessed.get(column.name, ""),
            )
