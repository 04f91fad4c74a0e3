"""How django-allauth behaves here: nobody signs up by oneself, and secrets are kept encrypted."""

import base64
import hashlib
import time
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import segno
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import override

from croisee.foundation.accounts.models import Account

STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are invited; mails and pages speak the language of the account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an account comes from an invitation."""
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whoever signed in moments ago need not prove it again."""
        request = context.request
        records = get_authentication_records(request, request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        required: bool = super().is_reauthentication_required(app=app)
        return required

    def send_mail(self, template_prefix: str, email: str, content: dict[str, Any]) -> None:
        """Send a mail in the language of the account it is about."""
        account = content.get("user") or Account.objects.filter(email=email).first()
        with override(account.language if account is not None else None):
            super().send_mail(template_prefix, email, {**content, "site_url": settings.SITE_URL})

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of a mail leads to the site's own address, whatever host the request named."""
        path: str = urlsplit(super().get_reset_password_from_key_url(key)).path
        return settings.SITE_URL + path

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """After sign-in, pages are in the account's language."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        return response


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Second factors: encrypted at rest; an agent always keeps one."""

    def get_totp_issuer(self) -> str:
        """The name that authenticator applications show."""
        return settings.SITE_NAME or "Croisée"

    def build_totp_svg(self, url: str) -> str:
        """The QR code, dark on white whatever the page's colours: scanners want it so."""
        drawing = BytesIO()
        segno.make(url).save(drawing, kind="svg", light="#fff", border=4, svgclass=None, lineclass=None)
        return drawing.getvalue().decode()

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for the database, with a key made of the installation's secret key."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Read a secret back; raises InvalidToken when the secret key was changed without a fallback."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last factor of an agent."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=STRONG).exclude(
            pk=authenticator.pk
        )
        account: Account = authenticator.user
        return others.exists() or not account.is_agent()


def _cipher() -> MultiFernet:
    secrets = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = (
        hashlib.blake2b(key.encode(), digest_size=32, person=b"croisee.mfa").digest() for key in secrets
    )
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
