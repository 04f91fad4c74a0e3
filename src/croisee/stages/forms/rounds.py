"""What people fill in about rounds."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from croisee.stages.models import Round


def two_years(text: str) -> str:
    """A school year. Raises ValidationError unless it is two years that follow each other."""
    start, dash, end = text.partition("-")
    if not (dash and start.isdecimal() and end.isdecimal() and int(end) == int(start) + 1):
        raise ValidationError(_("A school year spans two years that follow each other: 2026-2027."))
    return text


class RoundForm(forms.ModelForm):
    """A new round; its files come next."""

    class Meta:
        model = Round
        fields = ["name", "school_year", "seed"]
        help_texts = {
            "name": _("For instance: Internships of 3e, first round."),
            "school_year": _("Written 2026-2027."),
            "seed": _(
                "A number drawn in public before anyone sees a result. It decides between equals, and is published."
            ),
        }

    def clean_school_year(self) -> str:
        """Two years that follow each other."""
        return two_years(self.cleaned_data["school_year"])


class FamilyForm(forms.Form):
    """Who may read a pupil's page."""

    email = forms.EmailField(label=_("E-mail address of the family"))
