"""What is done with accounts and memberships, each in one transaction."""

from datetime import date

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from croisee.foundation.accounts import links, teams
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import AGENTS, HELD_IN, Kind, Role
from croisee.foundation.audit.services import record_console_link


class LastAdministrator(ValidationError):  # noqa: N818  reads as the sentence it is
    """The organisation would be left without an administrator."""

    def __init__(self, organisation: Organisation) -> None:
        super().__init__(
            _("%(organisation)s would have no administrator left: name another one first."),
            code="last_administrator",
            params={"organisation": organisation.name},
        )


@transaction.atomic
def invite(
    email: str, organisation: Organisation, role: Role, name: str = "", *, administers: bool = False
) -> Membership:
    """Give someone a role in an organisation, from today; make the account if there is none, and write to it.

    The first member of a team administers it.

    Raises ValidationError when the address is none, when the organisation's kind has no such role, or when
    the person already holds it there.
    """
    if organisation.kind not in HELD_IN[role]:
        raise ValidationError(
            {"role": _("This role cannot be held in this kind of organisation.")}, code="role_does_not_fit"
        )
    # Two clicks make one invitation: the second finds it, and is told.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    account = Account.objects.filter(email=email).first()
    if account is None:
        account = Account(email=email, name=name)
        account.set_unusable_password()
        account.full_clean(exclude=["password"])
        account.save()
    membership = Membership(account=account, organisation=organisation, role=role)
    membership.administers = role != Role.FAMILY and (
        administers or not teams.administering(organisation).exists()
    )
    membership.full_clean()
    membership.save()
    transaction.on_commit(lambda: send_invitation(membership))
    return membership


def send_invitation(membership: Membership) -> None:
    """Write to the person what was given, and how to sign in: agents choose a password, others get links."""
    account = membership.account
    choose_password = membership.role in AGENTS and not account.has_usable_password()
    if choose_password:
        key = {"uidb36": user_pk_to_url_str(account), "key": default_token_generator.make_token(account)}
        path = reverse("account_reset_password_from_key", kwargs=key)
    else:
        path = reverse("account_login" if membership.role in AGENTS else "accounts:request_link")
    context = {
        "membership": membership,
        "choose_password": choose_password,
        "by_link": membership.role not in AGENTS,
        "is_family": membership.role == Role.FAMILY,
        "url": settings.SITE_URL + path,
    }
    _write(account.email, "invitation", account, context)


@transaction.atomic
def end_membership(membership: Membership, on: date | None = None) -> Membership:
    """End a membership: from `on` (today by default) the role is no longer held.

    Raises LastAdministrator rather than leave the organisation without an administrator, LastOfTeam rather than leave
    colleagues without anyone who administers the team; ValidationError when
    the membership is over already or would end before it started.
    """
    organisation = Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    current = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    if current.ended_on is not None:
        raise ValidationError(_("This membership is already over."), code="over")
    day = on or timezone.localdate()
    if current.role == Role.ADMINISTRATOR:
        others = organisation.memberships.active(day).filter(
            role=Role.ADMINISTRATOR, ended_on__isnull=True, account__is_active=True
        )
        if not others.exclude(account=current.account_id).exists():
            raise LastAdministrator(organisation)
    if teams.would_be_left_alone(current):
        raise teams.LastOfTeam(organisation)
    current.ended_on = day
    current.full_clean(validate_unique=False)
    current.save(update_fields=["ended_on", "updated_at"])
    return current


@transaction.atomic
def set_profile(account: Account, name: str, language: str) -> Account:
    """What people set themselves: how they are called, and the language the software speaks to them."""
    account.name = name
    account.language = language
    account.full_clean(exclude=["password"])
    account.save(update_fields=["name", "language", "updated_at"])
    return account


def send_sign_in_link(email: str) -> None:
    """Write to an address how to sign in: a link, or why there is none. Every address gets one mail.

    So neither the answer nor the time it takes tells whether the address is known.
    """
    account = Account.objects.filter(email=email, is_active=True).first()
    context = {"minutes": int(links.EMAIL_LINK_LASTS.total_seconds() // 60), "url": ""}
    if account is None:
        say_unknown(email)
    elif account.is_agent():
        _write(email, "link_agent", account, {**context, "url": settings.SITE_URL + reverse("account_login")})
    else:
        path = reverse("accounts:use_link", args=[links.email_link_token(account)])
        _write(email, "link", account, {**context, "url": settings.SITE_URL + path})


def say_unknown(email: str) -> None:
    """Write to an address that no account has it."""
    _write(email, "link_unknown", None, {})


def console_sign_in_link(account: Account) -> str:
    """The path of a page that signs `account` in, second factor included; a line of the audit trail says so.

    For commands only, run by who administers the server: the first administrator's way in, and the demo's.
    """
    record_console_link(account)
    return links.console_link_path(account)


@transaction.atomic
def establish(name: str, email: str, administrator_name: str = "") -> Membership:
    """The metropolis that runs this installation and its first administrator, on a fresh database.

    Raises ValidationError when a metropolis is already there.
    """
    if Organisation.objects.filter(kind=Kind.METROPOLIS).exists():
        raise ValidationError(_("This installation already has its metropolis."), code="established")
    organisation = Organisation(name=name, kind=Kind.METROPOLIS)
    organisation.full_clean()
    organisation.save()
    return invite(email, organisation, Role.ADMINISTRATOR, administrator_name)


def _write(email: str, template: str, account: Account | None, context: dict[str, object]) -> None:
    """Send a mail in the account's language; in both languages to who has none."""
    languages = [account.language] if account is not None else [code for code, _name in settings.LANGUAGES]
    subjects, bodies = [], []
    for language in languages:
        with override(language):
            subjects.append(
                " ".join(render_to_string(f"accounts/mails/{template}.subject.txt", context).split())
            )
            bodies.append(render_to_string(f"accounts/mails/{template}.txt", context).strip())
    send_mail(" / ".join(subjects), "\n\n---\n\n".join(bodies) + "\n", settings.DEFAULT_FROM_EMAIL, [email])
