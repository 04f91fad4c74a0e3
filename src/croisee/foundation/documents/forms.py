"""The two questions of the verification page: which reference, and is this file the one."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from croisee.foundation.documents.references import normalised

MAX_FILE_BYTES = 20 * 1024 * 1024


class ReferenceForm(forms.Form):
    """The reference printed on a document."""

    reference = forms.CharField(
        label=_("Reference of the document"),
        help_text=_(
            "Sixteen letters and digits in four groups, such as 7K2M-9QXA-…, at the foot of the document."
        ),
        max_length=40,
    )

    def clean_reference(self) -> str:
        """The reference as we write it."""
        reference = normalised(self.cleaned_data["reference"])
        if reference is None:
            raise forms.ValidationError(
                _("This is no reference of ours: a letter or a digit is mistyped. Check it and try again.")
            )
        return reference


class FileForm(forms.Form):
    """The file that someone received."""

    file = forms.FileField(
        label=_("The PDF file that you received"),
        help_text=_("It is compared with the original and kept nowhere. 20 MB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}),
    )

    def clean_file(self) -> UploadedFile:
        """The file, unless it is too large to be one of ours."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_FILE_BYTES:
            raise forms.ValidationError(_("This file is larger than 20 MB: it is none of our documents."))
        return file
