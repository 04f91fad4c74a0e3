"""What is asked about an internship that is over."""

from django import forms
from django.utils.translation import gettext_lazy as _

MARKS = [
    (5, _("5: very good")),
    (4, _("4: good")),
    (3, _("3: fair")),
    (2, _("2: poor")),
    (1, _("1: bad")),
]


class ReviewForm(forms.Form):
    """A mark, whether one would do it again, a few words."""

    mark = forms.TypedChoiceField(label=_("How was it?"), choices=MARKS, coerce=int, widget=forms.RadioSelect)
    again = forms.TypedChoiceField(
        label=_("Would you do it again?"),
        choices=[("yes", _("Yes")), ("no", _("No")), ("", _("I do not know"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("In a few words"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The other side and the school read it. Say nothing about health or family."),
    )
