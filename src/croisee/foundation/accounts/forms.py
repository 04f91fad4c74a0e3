"""Forms of sign-in and of the pages of accounts."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts import services
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import HELD_IN, Role


class LinkForm(forms.Form):
    """Where to send a sign-in link."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The one that your school, or the metropolis, has from you."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        """The address as accounts keep it."""
        email: str = self.cleaned_data["email"]
        return email.strip().lower()


class PasswordSignInForm(allauth_forms.LoginForm):
    """Sign in by password; labels say all, so fields hold no example."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    """Ask for a new password; the address is read as accounts keep it."""

    def clean_email(self) -> str:
        """The address in lower case; never says whether it is known."""
        email: str = super().clean_email()
        return email.strip().lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Write to the address, known or not: the time it takes tells nothing either."""
        if not self.users:
            services.say_unknown(self.cleaned_data["email"])
        email: str = super().save(request, **kwargs)
        return email


class AddKeyForm(AddWebAuthnForm):
    """Add a passkey or a security key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
        self.fields["passwordless"].label = _("Let this key sign me in alone")
        self.fields["passwordless"].help_text = _(
            "It then stands for the password too, and asks for a PIN or a finger."
        )


class RenameKeyForm(EditWebAuthnForm):
    """Give a key another name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")


class ActivateCodeForm(ActivateTOTPForm):
    """Prove that the authenticator application works."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code_field(self.fields["code"])


class CodeForm(AuthenticateForm):
    """Show the second factor."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code_field(self.fields["code"])


class CodeAgainForm(ReauthenticateForm):
    """Show the second factor again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_code_field(self.fields["code"])


def _as_code_field(field: forms.Field) -> None:
    field.label = _("Code")
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs["inputmode"] = "numeric"


class ProfileForm(forms.ModelForm[Account]):
    """What people set themselves."""

    class Meta:
        model = Account
        fields = ["name", "language"]


class InviteForm(forms.Form):
    """Whom to invite to an organisation, and as what."""

    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, organisation: Organisation, data: Any = None) -> None:
        super().__init__(data)
        fitting = [(role.value, role.label) for role in Role if organisation.kind in HELD_IN[role]]
        self.fields["role"].choices = fitting  # type: ignore[attr-defined]  # a ChoiceField
