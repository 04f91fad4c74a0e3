"""The file of published contracts that a facilitateur sends."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 2 * 1024**3


def _of_a_size_to_read(file: File) -> None:
    if (file.size or 0) > MOST_BYTES:
        raise ValidationError(_("This file is larger than 2 GB: give it to the command import-decp instead."))


class DecpForm(forms.Form):
    """A DECP file, as published."""

    file = forms.FileField(
        label=_("DECP file"),
        help_text=_(
            "JSON in the format of 2019 or of 2022, compressed (gzip) or not. Only what is new is changed."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.gz,application/json,application/gzip"}),
        validators=[_of_a_size_to_read],
    )
