"""Erasing people, one on request or all whose time is over, by the rules that each service registered."""

from dataclasses import dataclass
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts import teams
from croisee.foundation.accounts.models import Account, Membership
from croisee.foundation.accounts.roles import Role
from croisee.foundation.accounts.services import LastAdministrator, end_membership
from croisee.foundation.audit import services as audit
from croisee.foundation.audit.models import Access
from croisee.foundation.audit.tracking import audited_models
from croisee.foundation.registry import PersonalData, Retention, personal_data

UNUSED_FOR = timedelta(days=3 * 365)
ERASED_DOMAIN = "erased.invalid"


@dataclass(frozen=True)
class Treated:
    """How many rows of a model were, or would be, treated."""

    label: str
    name: str
    rows: int


@transaction.atomic
def erase(account: Account) -> list[Treated]:
    """Take a person out of the software: every model's rule is applied, the history's copies are blanked.

    Lines of the audit trail stay, without a name: they prove what was done. Raises LastAdministrator when an
    organisation would be left without one, LastOfTeam when colleagues would be left with nobody who manages their team.
    """
    # All that concerns the person is found before anything goes: a contact that is erased says no more whose it was.
    concerned = [
        (model, rule, list(rule.concerns(account).values_list("pk", flat=True)))
        for model, rule in personal_data.items()
        if model is not Account
    ]
    treated = [_treat(model, rule, model._base_manager.filter(pk__in=pks)) for model, rule, pks in concerned]
    treated.append(_treat(Account, _rule(Account), Account.objects.filter(pk=account.pk)))
    return [one for one in treated if one.rows]


@transaction.atomic
def apply_retention(on: date, *, apply: bool) -> list[Treated]:
    """Treat every row kept long enough; only count them unless `apply`."""
    treated = []
    for model, rule in personal_data.items():
        rows = rule.retention.expired(on)
        treated.append(_treat(model, rule, rows) if apply else _named(model, rows.count()))
    return [one for one in treated if one.rows]


def _rule(model: type[Model]) -> PersonalData:
    return next(rule for known, rule in personal_data.items() if known is model)


def _named(model: type[Model], rows: int) -> Treated:
    return Treated(model._meta.label, str(model._meta.verbose_name_plural), rows)


def _treat(model: type[Model], rule: PersonalData, rows: QuerySet[Model]) -> Treated:
    pks = list(rows.values_list("pk", flat=True))
    count = rule.erase(rows)
    if model in audited_models():
        audit.redact(model, pks)
    return _named(model, count)


def erase_accounts(accounts: QuerySet[Account]) -> int:
    """Close accounts and take out who they were of; memberships stay as dated facts without a name."""
    count = 0
    for account in list(accounts.select_for_update()):
        for membership in account.memberships.filter(ended_on__isnull=True):
            end_membership(membership)
        Authenticator.objects.filter(user=account).delete()
        EmailAddress.objects.filter(user=account).delete()
        account.email = f"{account.pk}@{ERASED_DOMAIN}"
        account.name = ""
        account.is_active = False
        account.set_unusable_password()
        account.save()
        count += 1
    return count


def unused_accounts(on: date) -> QuerySet[Account]:
    """Accounts that nobody used for three years, or whose last role ended that long ago without one since."""
    limit = on - UNUSED_FOR
    idle = Q(last_login__date__lt=limit) | Q(last_login__isnull=True, created_at__date__lt=limit)
    last_administrators = Membership.objects.active(on).filter(role=Role.ADMINISTRATOR).values("account")
    last_of_teams = Membership.objects.filter(pk__in=teams.last_ones()).values("account")
    not_erased = ~Q(email__endswith=f"@{ERASED_DOMAIN}")
    unused: QuerySet[Account] = Account.objects.filter(idle & not_erased).exclude(pk__in=last_administrators)
    return unused.exclude(pk__in=last_of_teams)


def account_rule() -> PersonalData:
    """Why accounts are kept, how long, and how they go."""
    return PersonalData(
        purpose=_("Let people sign in, and write to them."),
        retention=Retention(_("Three years after the last sign-in."), unused_accounts),
        concerns=lambda account: Account.objects.filter(pk=account.pk),
        erase=erase_accounts,
        export=lambda account: {
            "email": account.email,
            "name": account.name,
            "language": account.language,
            "created_at": account.created_at.isoformat(),
            "last_sign_in": account.last_login.isoformat() if account.last_login else None,
        },
    )


def membership_rule() -> PersonalData:
    """Memberships go nowhere by themselves: once the account is erased they are about nobody."""
    return PersonalData(
        purpose=_("Give people the access that their role needs, and keep who had it."),
        retention=Retention(_("As long as the account."), lambda _on: Membership.objects.none()),
        concerns=lambda account: account.memberships.select_related("organisation"),
        erase=lambda _memberships: 0,
        export=lambda membership: {
            "organisation": membership.organisation.name,
            "role": membership.role,
            "started_on": membership.started_on.isoformat(),
            "ended_on": membership.ended_on.isoformat() if membership.ended_on else None,
        },
    )


def access_rule() -> PersonalData:
    """The log of accesses clears itself by age (`croisee privacy`); nothing else may touch it."""
    return PersonalData(
        purpose=_("Prove who read people’s files, and let people know."),
        retention=Retention(_("Three years."), lambda _on: Access.objects.none()),
        concerns=lambda account: Access.objects.filter(Q(account=account) | Q(concerns=account)),
        erase=lambda _accesses: 0,
        export=lambda access: {
            "at": access.at.isoformat(),
            "action": access.action,
            "subject": f"{access.subject_type} {access.subject_id}",
            "reason": access.reason,
        },
    )


__all__ = ["LastAdministrator", "Treated", "apply_retention", "erase", "unused_accounts"]
