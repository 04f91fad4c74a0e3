"""Accounts, the organisations they act for, and the dated roles that join the two."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.fields import LowerEmailField, validate_siret, validate_uai
from croisee.foundation.accounts.roles import AGENTS, HELD_IN, TEAMS_KEEP_ONE, Kind, Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

LANGUAGES = [("fr", "Français"), ("en", "English")]


class AccountQuerySet(VisibleQuerySet["Account"]):
    def visible_to(self, account: Reader) -> AccountQuerySet:
        """Oneself; every account, for an administrator."""
        if not isinstance(account, Account):
            return self.none()
        return self if account.has_role(Role.ADMINISTRATOR) else self.filter(pk=account.pk)


class AccountManager(BaseUserManager.from_queryset(AccountQuerySet)):  # type: ignore[misc]  # a class made at run time
    """What Django and allauth expect of the manager of users."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        """An account; without a password it signs in by link, or sets one by the link of its invitation."""
        account: Account = self.model(email=email, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


@audited(personal=("email", "name"), secret=("password",), ignored=("last_login",))
class Account(Record, AbstractBaseUser):
    """Someone who signs in, known by e-mail address. What one may do comes from memberships alone."""

    email = LowerEmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="fr")
    is_active = models.BooleanField(_("may sign in"), default=True)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="account_email_is_lower_case",
                violation_error_message=_("An e-mail address is kept in lower case."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def roles(self, on: date | None = None) -> frozenset[Role]:
        """The roles held on a day (today by default), asked once for this instance: that is, once a request."""
        day = on or timezone.localdate()
        known = self.__dict__.setdefault("_roles", {})
        if day not in known:
            held = self.memberships.active(day).values_list("role", flat=True)
            known[day] = frozenset(Role(role) for role in held)
        return frozenset(known[day])

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read again, roles included."""
        self.__dict__.pop("_roles", None)
        super().refresh_from_db(*args, **kwargs)

    def has_role(self, *roles: Role) -> bool:
        """Whether one of `roles` is held today."""
        return not self.roles().isdisjoint(roles)

    def is_agent(self) -> bool:
        """Whether a role held today calls for a second factor at sign-in."""
        return self.has_role(*AGENTS)

    def organisations(self, *roles: Role) -> models.QuerySet[Organisation]:
        """Organisations where one of `roles` is held today (any role, when none is named)."""
        memberships = self.memberships.active()
        if roles:
            memberships = memberships.filter(role__in=roles)
        return Organisation.objects.filter(pk__in=memberships.values("organisation"))


class OrganisationQuerySet(VisibleQuerySet["Organisation"]):
    def visible_to(self, account: Reader) -> OrganisationQuerySet:
        """One's own organisations; all of them, for an administrator or a campaign manager."""
        if not isinstance(account, Account):
            return self.none()
        if account.has_role(Role.ADMINISTRATOR, Role.CAMPAIGN_MANAGER):
            return self
        return self.filter(pk__in=account.organisations().values("pk"))


@audited
class Organisation(Record):
    """A metropolis, a school, a company...: what people act for. Its kind is set once."""

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
    uai = models.CharField("UAI", max_length=8, blank=True, validators=[validate_uai])

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values),
                name="organisation_kind_is_known",
                violation_error_message=_("This kind of organisation does not exist."),
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=r"^[0-9]{14}$"),
                name="organisation_siret_has_14_digits",
                violation_error_message=_("A SIRET number has 14 digits."),
            ),
            models.CheckConstraint(
                condition=Q(uai="") | Q(uai__regex=r"^[0-9]{7}[A-Z]$"),
                name="organisation_uai_has_7_digits_and_a_letter",
                violation_error_message=_("A UAI number has 7 digits and a letter."),
            ),
            models.UniqueConstraint(
                fields=["siret"],
                condition=~Q(siret=""),
                name="organisation_siret_is_unique",
                violation_error_message=_("An organisation with this SIRET number is already there."),
            ),
            models.UniqueConstraint(
                fields=["uai"],
                condition=~Q(uai=""),
                name="organisation_uai_is_unique",
                violation_error_message=_("A school with this UAI number is already there."),
            ),
        ]
        # The roles that may be held in an organisation depend on its kind.
        triggers = [pgtrigger.ReadOnly(name="kind_is_set_once", fields=["kind"])]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(VisibleQuerySet["Membership"]):
    def visible_to(self, account: Reader) -> MembershipQuerySet:
        """One's own memberships and those of one's colleagues; all of them, for an administrator.

        Families are nobody's colleagues.
        """
        if not isinstance(account, Account):
            return self.none()
        if account.has_role(Role.ADMINISTRATOR):
            return self
        teams = account.memberships.active().exclude(role=Role.FAMILY).values("organisation")
        colleagues = Q(organisation__in=teams) & ~Q(role=Role.FAMILY)
        return self.filter(Q(account=account) | colleagues)

    def active(self, on: date | None = None) -> MembershipQuerySet:
        """Memberships in force on a day (today by default)."""
        day = on or timezone.localdate()
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), started_on__lte=day)


def _role_fits_kind() -> str:
    """PL/pgSQL that refuses a role in an organisation of a kind that has no such role (`HELD_IN`)."""
    pairs: Iterable[str] = sorted(
        f"('{role}', '{kind}')" for role, kinds in HELD_IN.items() for kind in kinds
    )
    return f"""
        IF NOT EXISTS (
            SELECT 1 FROM accounts_organisation
            WHERE id = NEW.organisation_id AND (NEW.role, kind) IN ({", ".join(pairs)})
        ) THEN
            RAISE EXCEPTION 'role % cannot be held in this kind of organisation', NEW.role
                USING ERRCODE = 'check_violation', CONSTRAINT = 'membership_role_fits_organisation';
        END IF;
        RETURN NEW;
    """  # noqa: S608  only our own constants


def _team_keeps_one() -> str:
    """PL/pgSQL that refuses to leave a team without one who administers it; who is alone in it may go.

    It locks the organisation first, so that of two who leave at the same moment the second sees the first gone.
    """
    kinds = ", ".join(sorted(f"'{kind}'" for kind in TEAMS_KEEP_ONE))
    return f"""
        IF TG_OP = 'UPDATE' AND NEW.administers AND NEW.ended_on IS NULL
            AND NEW.organisation_id = OLD.organisation_id
        THEN
            RETURN NULL;
        END IF;
        PERFORM 1 FROM accounts_organisation
            WHERE id = OLD.organisation_id AND kind IN ({kinds}) FOR NO KEY UPDATE;
        IF FOUND AND EXISTS (
            SELECT 1 FROM accounts_membership
            WHERE organisation_id = OLD.organisation_id AND ended_on IS NULL AND role <> '{Role.FAMILY}'
        ) AND NOT EXISTS (
            SELECT 1 FROM accounts_membership
            WHERE organisation_id = OLD.organisation_id AND ended_on IS NULL AND administers
        ) THEN
            RAISE EXCEPTION 'a team keeps one who administers it'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'membership_team_keeps_one';
        END IF;
        RETURN NULL;
    """  # noqa: S608  only our own constants


@audited
class Membership(Record):
    """A role held in an organisation from `started_on` on, until the eve of `ended_on` (open when empty)."""

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="memberships", verbose_name=_("account")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    administers = models.BooleanField(
        _("manages the team"),
        default=False,
        help_text=_("May invite colleagues and end their membership; each team keeps at least one."),
    )
    started_on = models.DateField(_("since"), default=timezone.localdate)
    ended_on = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["organisation__name", "account__email", "started_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="membership_ends_after_it_starts",
                violation_error_message=_("A membership cannot end before it starts."),
            ),
            models.UniqueConstraint(
                fields=["account", "organisation", "role"],
                condition=Q(ended_on__isnull=True),
                name="membership_is_open_once",
                violation_error_message=_("This person already holds this role in this organisation."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="role_fits_kind",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("role", "organisation_id"),  # type: ignore[no-untyped-call]
                func=_role_fits_kind(),
            ),
            pgtrigger.Trigger(
                name="team_keeps_one",
                when=pgtrigger.After,
                operation=pgtrigger.Delete | pgtrigger.UpdateOf("administers", "ended_on", "organisation_id"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__administers=True, old__ended_on__isnull=True),
                func=_team_keeps_one(),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} ({self.get_role_display()}, {self.organisation})"
