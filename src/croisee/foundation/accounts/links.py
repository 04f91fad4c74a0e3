"""One-time sign-in links: by e-mail for families and employers, from the server's console for anyone.

Looking at a link signs nobody in (mail scanners open links); the button of its page does. A link works once,
because signing in changes `last_login`, which both kinds of link carry.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from sesame.tokens import create_token, parse_token

from croisee.foundation.accounts.models import Account

EMAIL_SCOPE = "accounts.sign_in_link"
CONSOLE_SALT = "accounts.console_link"
EMAIL_LINK_LASTS = timedelta(minutes=30)
CONSOLE_LINK_LASTS = timedelta(hours=12)
DEMO_LINK_LASTS = timedelta(days=30)


def email_link_token(account: Account) -> str:
    """A token that signs `account` in once, within 30 minutes; not for agents."""
    token: str = create_token(account, scope=EMAIL_SCOPE)
    return token


def holder_of_email_link(token: str, *, lock: bool = False) -> Account | None:
    """The account that a token would sign in; None when it is wrong, old, used, or of an agent."""
    accounts = Account.objects.filter(is_active=True)
    if lock:
        accounts = accounts.select_for_update()
    found: Account | None = parse_token(
        token, lambda pk: accounts.filter(pk=pk).first(), scope=EMAIL_SCOPE, max_age=EMAIL_LINK_LASTS
    )
    return None if found is None or found.is_agent() else found


@transaction.atomic
def redeem_email_link(token: str) -> Account | None:
    """The account that the token signs in; whatever happens next, the token is used up."""
    return _use_up(holder_of_email_link(token, lock=True))


def console_link_path(account: Account) -> str:
    """The path of a page that signs `account` in, second factor included. Only commands may make one."""
    token = signing.dumps(_state(account), salt=CONSOLE_SALT)
    return reverse("accounts:use_console_link", args=[token])


def holder_of_console_link(token: str, *, lock: bool = False) -> Account | None:
    """The account that a console link would sign in; None when it is wrong, old or used.

    In an installation of `croisee demo`, whose people are made up, links last longer and serve many times.
    """
    lasts = DEMO_LINK_LASTS if settings.DEMO_NOTICE else CONSOLE_LINK_LASTS
    try:
        state = signing.loads(token, salt=CONSOLE_SALT, max_age=lasts)
    except signing.BadSignature:
        return None
    accounts = Account.objects.filter(pk=state["account"], is_active=True)
    account: Account | None = (accounts.select_for_update() if lock else accounts).first()
    if account is None or (not settings.DEMO_NOTICE and _state(account) != state):
        return None
    return account


@transaction.atomic
def redeem_console_link(token: str) -> Account | None:
    """The account that a console link signs in; the link is used up, except in a demo."""
    return _use_up(holder_of_console_link(token, lock=True))


def _state(account: Account) -> dict[str, str | None]:
    last = account.last_login
    return {"account": str(account.pk), "last_login": last.isoformat() if last is not None else None}


def _use_up(account: Account | None) -> Account | None:
    if account is not None:
        account.last_login = timezone.now()
        account.save(update_fields=["last_login"])
    return account
