"""The forms of demands: what one looks for, how the search ended, why a unit does not suit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from croisee.foundation.accounts.models import Organisation
from croisee.foundation.accounts.roles import Kind, Role
from croisee.foundation.forms import RecordForm
from croisee.premises.kinds import UnitKind
from croisee.premises.models import Demand, Where
from croisee.premises.queries import demands as queries
from croisee.premises.siting import locate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from croisee.foundation.accounts.models import Account

CHOOSE = [("", pgettext_lazy("list", "– choose –"))]
FIRST = (
    "organisation",
    "title",
    "use",
    "least_surface",
    "most_surface",
    "most_rent",
    "wanted_from",
    "where",
)
OF_PLACE = {
    "of-neighbourhood": ("zone_codes",),
    "of-line": ("line",),
    "of-point": ("address",),
    "of-distance": ("metres",),
}
EQUIPMENT = (
    "ground_floor",
    "accessible",
    "delivery",
    "extraction",
    "water",
    "three_phase",
    "shop_window",
)
MORE = (
    "activity",
    "jobs",
    "kinds",
    "wanted_until",
    "most_price",
    *EQUIPMENT,
    "least_height",
    "least_kva",
    "erp_type",
    "opens_at",
    "closes_at",
    "contact_name",
    "contact_email",
    "contact_phone",
)


class DemandForm(RecordForm[Demand]):
    """A demand on one page: what is asked first is all that one needs, the rest is folded."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("company"), required=False
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("kinds accepted (none ticked: all)"),
        choices=UnitKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    zone_codes = forms.ChoiceField(label=gettext_lazy("neighbourhood"), required=False)
    line = forms.ChoiceField(
        label=gettext_lazy("line"),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy(
                "“%(value)s” is no line of the timetable: choose one from the list."
            )
        },
    )
    address = forms.CharField(
        label=gettext_lazy("address"),
        help_text=gettext_lazy("Number, street, postcode and town: choose it among those suggested."),
        max_length=300,
        required=False,
        widget=forms.TextInput(
            attrs={
                "data-suggest": reverse_lazy("territory:suggestions"),
                "data-found": gettext_lazy("addresses suggested"),
            }
        ),
    )

    class Meta:
        model = Demand
        fields = (*FIRST, "zone_codes", "line", "address", "metres", *MORE)
        widgets = {
            "title": forms.TextInput(attrs={"autocomplete": "off"}),
            "activity": forms.Textarea(attrs={"rows": 4}),
            "where": forms.RadioSelect,
            "opens_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "closes_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        help_texts = {
            "title": gettext_lazy("As you would say it: a workshop for a joinery, an office for two."),
            "most_rent": gettext_lazy("A month, before tax. Leave it empty if you only want to buy."),
            "contact_email": gettext_lazy("Premises that fit are sent there; your account’s when empty."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._offer_companies()
        self.fields["zone_codes"] = _choice(
            self.fields["zone_codes"], queries.neighbourhoods(), self.instance.zone_codes
        )
        self.known_lines = queries.lines()
        self.fields["line"] = _choice(
            self.fields["line"], [(line, line) for line in self.known_lines], self.instance.line
        )
        self.fields["where"].choices = Where.choices  # type: ignore[attr-defined]  # without an empty choice

    def _offer_companies(self) -> None:
        """For a company, those that one acts for; for a developer, every company; a project holder asks for oneself."""
        choice = self.fields["organisation"]
        companies = _companies(self.account)
        if not self.instance._state.adding or companies is None:
            del self.fields["organisation"]
        elif isinstance(choice, forms.ModelChoiceField):
            choice.queryset = companies
            choice.required = not self.account.has_role(Role.DEVELOPER, Role.PROJECT_HOLDER)
            choice.empty_label = _("– for oneself, or a project holder –") if not choice.required else None

    def clean(self) -> dict[str, Any]:
        """Find the address on the map; say what is missing of the place that was chosen."""
        values = super().clean() or {}
        where = values.get("where")
        if where == Where.NEIGHBOURHOOD and not values.get("zone_codes") and "zone_codes" not in self.errors:
            self.add_error("zone_codes", _("Choose the neighbourhood."))
        if where == Where.NEAR_LINE and not values.get("line") and "line" not in self.errors:
            self.add_error("line", self._why_no_line())
        if where == Where.NEAR_POINT:
            self._place(values)
        return values

    def _why_no_line(self) -> str:
        if self.known_lines:
            return _("Choose the line.")
        return _("No timetable is loaded, so no line is known: give an address instead.")

    def _place(self, values: dict[str, Any]) -> None:
        site = locate(values.get("address", ""), self.data.get("ban", ""))
        if site.lon is None:
            self.add_error(
                "address",
                _("This address is not on the map: choose one of those suggested as you write."),
            )
        values |= {"address": site.address, "lon": site.lon, "lat": site.lat}

    def _post_clean(self) -> None:
        """Constraints are checked by the service, once everything is known."""

    def values(self) -> dict[str, Any]:
        """What the service writes."""
        kept = {
            name: value for name, value in self.cleaned_data.items() if name not in ("organisation", "seen")
        }
        return kept | {"lon": kept.get("lon"), "lat": kept.get("lat")}

    # How it is drawn

    @property
    def first(self) -> Iterable[forms.BoundField]:
        """What everyone answers."""
        return [self[name] for name in FIRST if name in self.fields]

    @property
    def places(self) -> list[tuple[str, list[forms.BoundField]]]:
        """What is asked of each choice of a place, with the class that shows it."""
        return [(name, [self[one] for one in fields]) for name, fields in OF_PLACE.items()]

    @property
    def more(self) -> Iterable[forms.BoundField]:
        """The rest."""
        return [self[name] for name in MORE]

    @property
    def more_is_open(self) -> bool:
        """Whether the rest is unfolded: somebody answered some of it, or wrongly."""
        known = any(getattr(self.instance, name) for name in MORE)
        return known or any(name in self.errors for name in MORE)


def _choice(field: forms.Field, found: list[tuple[str, str]], held: str) -> forms.Field:
    """A list of what is known, with what the row holds already."""
    more = [(held, held)] if held and held not in dict(found) else []
    if isinstance(field, forms.ChoiceField):
        field.choices = [*CHOOSE, *found, *more]
    return field


def _companies(account: Account) -> QuerySet[Organisation] | None:
    """The companies that an account may ask for; None when it asks for itself alone."""
    if account.has_role(Role.DEVELOPER):
        return Organisation.objects.filter(kind=Kind.EMPLOYER).order_by("name")
    if account.has_role(Role.EMPLOYER):
        return account.organisations(Role.EMPLOYER).order_by("name")
    return None


class CloseForm(forms.Form):
    """How a search ended."""

    how = forms.ChoiceField(
        label=gettext_lazy("How the search ended"),
        choices=[
            ("leave", gettext_lazy("Premises found elsewhere")),
            ("drop", gettext_lazy("The search is given up")),
        ],
        widget=forms.RadioSelect,
    )
    outcome = forms.CharField(
        label=gettext_lazy("Where, or why"),
        help_text=gettext_lazy(
            "A few words: the town, what was missing here. It is counted, without your name, to know what to build."
        ),
        max_length=300,
    )


class DeclineForm(forms.Form):
    """Why a unit does not suit."""

    reason = forms.CharField(label=gettext_lazy("Why it does not suit"), max_length=300)

    def clean_reason(self) -> str:
        """More than blanks."""
        text = " ".join(self.cleaned_data["reason"].split())
        if not text:
            raise ValidationError(_("Say in a few words why: other units are then chosen better."))
        return text
