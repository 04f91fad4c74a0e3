"""The forms of premises and plots: the unit in clear parts, a move on a day, a picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.urls import reverse_lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.documents.uploads import ACCEPTED
from croisee.foundation.forms import RecordForm, day_field
from croisee.premises.kinds import NOT_CLASSIC, UnitKind, Use
from croisee.premises.models import PictureKind, Unit
from croisee.premises.queries.units import possible_owners
from croisee.premises.services.units import parcels
from croisee.premises.siting import locate

if TYPE_CHECKING:
    from django.utils.functional import Promise

Part = tuple["str | Promise", "str | Promise", tuple[str, ...]]
PARTS: tuple[Part, ...] = (
    (_("What it is"), "", ("name", "kind", "uses", "description")),
    (
        _("Where"),
        _("Choose the address from the list: its point and its neighbourhood follow."),
        ("address", "site", "parcels", "building_id"),
    ),
    (
        _("Surface and building"),
        "",
        (
            "surface",
            "divisible_from",
            "floor",
            "height",
            "door_height",
            "accessible",
            "delivery",
            "shop_window",
            "water",
            "extraction",
            "power",
            "power_kva",
        ),
    ),
    (_("Open to the public"), "", ("erp_type", "erp_category", "opens_at", "closes_at")),
    (
        _("What one pays, and when"),
        _("Amounts before tax."),
        ("rent", "charges", "price", "available_from", "available_until", "vacant_since", "cfe_free_since"),
    ),
    (
        _("Owner and contact"),
        _("The name of a private person is never written as that of the owner."),
        (
            "owner",
            "owner_kind",
            "owner_name",
            "reference",
            "contact_name",
            "contact_email",
            "contact_phone",
        ),
    ),
    (_("Publishing"), "", ("published", "checked_on")),
)
SHORT = frozenset(
    {*PARTS[2][2], *PARTS[3][2], *PARTS[4][2]}
    | {"parcels", "building_id", "owner", "owner_kind", "owner_name", "reference"}
    | {"contact_name", "contact_email", "contact_phone"}
)
"""Fields that stand side by side."""
POINT = ("lon", "lat")
HOURS = ("opens_at", "closes_at")


class ParcelsField(forms.CharField):
    """Parcels of the cadastre, written with commas or one a line."""

    widget = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        """What the row holds, on one line."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """The parcels as they are kept; each is checked."""
        text = super().clean(value)
        try:
            return parcels(text.replace(";", ",").replace("\n", ",").split(","))
        except forms.ValidationError as refusal:
            raise forms.ValidationError(refusal.messages) from refusal

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other parcels are written."""
        return super().has_changed(self.prepare_value(initial), data)


class UnitForm(RecordForm[Unit]):
    """A unit. A developer chooses its owner among all; an owner, among its own organisations.

    `chosen` identifies the address suggested that was chosen.
    """

    uses = forms.MultipleChoiceField(
        label=_("what one may do there"), choices=Use, widget=forms.CheckboxSelectMultiple, required=False
    )
    parcels = ParcelsField(
        label=_("parcels of the cadastre"),
        help_text=_("14 characters each, such as 35238000AB0123."),
        max_length=600,
        required=False,
    )
    owner = forms.ModelChoiceField(Organisation.objects.none(), label=_("owner"), required=False)

    class Meta:
        model = Unit
        fields = (*(name for _title, _lead, names in PARTS for name in names), *POINT)
        widgets = {
            "description": forms.Textarea(attrs={"rows": 4}),
            "opens_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "closes_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "address": forms.TextInput(
                attrs={
                    "data-suggest": reverse_lazy("territory:suggestions"),
                    "data-found": _("addresses suggested"),
                }
            ),
        }
        help_texts = {
            "name": _("As people call it: Pied d’immeuble Yougoslavie."),
            "floor": _("0 at street level."),
            "divisible_from": _("Empty where it cannot be divided."),
            "building_id": _("12 characters, as the register of buildings (RNB) gives them."),
            "vacant_since": _("Since nobody has been in it; it follows the states from then on."),
            "cfe_free_since": _("For the vacancy of economic zones (code de l’urbanisme, L318-8-2)."),
            "published": _("Shown as soon as it is offered."),
            "lon": _("Only for what has no address: in degrees, such as -1.664."),
            "lat": _("In degrees, such as 48.087."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        owners = cast("forms.ModelChoiceField[Organisation]", self.fields["owner"])
        if self.account.has_role(Role.DEVELOPER):
            owners.queryset = possible_owners().order_by("name")
        else:
            owners.queryset = self.account.organisations(Role.LANDLORD).order_by("name")
            owners.required, owners.empty_label = True, None
        kind = cast("forms.ChoiceField", self.fields["kind"])
        kind.choices = list(_kinds())
        for name in POINT:
            self.fields[name].widget.attrs["step"] = "any"

    def clean(self) -> dict[str, Any]:
        """A point has two numbers; times of opening go together."""
        cleaned = super().clean() or self.cleaned_data
        for first, second in (POINT, HOURS):
            given = [name for name in (first, second) if cleaned.get(name) not in (None, "")]
            if len(given) == 1 and not self.errors.keys() & {first, second}:
                other = second if given[0] == first else first
                self.add_error(other, str(_("Give both, or none of them.")))
        return cleaned

    @property
    def parts(self) -> Iterator[dict[str, Any]]:
        """The fields in their parts, for the page; the point folded under the address."""
        for title, lead, names in PARTS:
            yield {
                "title": title,
                "lead": lead,
                "fields": [self[name] for name in names if name not in SHORT],
                "short": [self[name] for name in names if name in SHORT],
                "point": [self[name] for name in POINT] if "address" in names else [],
                "point_wrong": any(self[name].errors for name in POINT),
            }

    def values(self, chosen: str = "") -> dict[str, Any]:
        """What a service writes: with the address, what the territory knows of it."""
        cleaned = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        if "address" not in self.changed_data:
            return cleaned
        known = locate(cleaned["address"], chosen)
        cleaned |= {
            "address": known.address,
            "postcode": known.postcode,
            "city": known.city,
            "commune_code": known.commune_code or _commune_of(cleaned["parcels"]),
            "ban_id": known.ban_id,
        }
        if known.lon is not None and not set(POINT) & set(self.changed_data):
            cleaned |= {"lon": known.lon, "lat": known.lat, "zone_codes": known.zone_codes}
        elif not set(POINT) & set(self.changed_data):
            cleaned |= {"lon": None, "lat": None}
        return cleaned


def _kinds() -> Iterator[tuple[Any, Any]]:
    """The kinds, those that are not classic first, under their two names."""
    yield ("", _("Choose"))
    yield (_("not classic"), [(str(one), capfirst(one.label)) for one in NOT_CLASSIC])
    yield (
        pgettext_lazy("premises", "classic"),
        [(str(one), capfirst(one.label)) for one in UnitKind if one not in NOT_CLASSIC],
    )


def _commune_of(known: list[str]) -> str:
    """The commune that a parcel begins with."""
    return known[0][:5] if known else ""


class MoveForm(forms.Form):
    """The day of a change of state."""

    on = day_field(pgettext_lazy("change of state", "On"))


class PictureForm(forms.Form):
    """A photo or a plan, with what it shows in words."""

    kind = forms.ChoiceField(label=_("Kind"), choices=PictureKind)
    file = forms.FileField(
        label=pgettext_lazy("picture", "File"),
        help_text=_(
            "JPEG or PNG, 5 MB at most; a plan may be a PDF. Where and when a photo was taken is left out."
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    caption = forms.CharField(
        label=_("What it shows"),
        help_text=_("Read aloud to who does not see it: the façade on the square, with its two windows."),
        max_length=200,
    )
    taken_on = day_field(_("Taken on"), required=False)
