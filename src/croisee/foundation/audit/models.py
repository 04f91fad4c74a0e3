"""The log of accesses: who signed in, and who read or took out whose file. Rows are added, and stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import append_only
from croisee.foundation.records import VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

# CNIL, "Recommandation relative à la journalisation" (2021): up to three years where misuse must be proved.
YEARS_ACCESSES_ARE_KEPT = 3


class Action(models.TextChoices):
    """What was done."""

    READ = "read", _("file read")
    EXPORT = "export", _("file exported")
    SIGN_IN = "sign_in", _("sign-in")
    CONSOLE_LINK = "console_link", _("sign-in link made on the server")
    FACTOR_ADDED = "factor_added", _("second factor added")
    FACTOR_REMOVED = "factor_removed", _("second factor removed")


METHODS = {
    "password": _("password"),
    "link": _("link by e-mail"),
    "console": _("link of the server"),
    "totp": _("authenticator application"),
    "webauthn": _("passkey or security key"),
    "recovery_codes": _("recovery code"),
}


class AccessQuerySet(VisibleQuerySet["Access"]):
    def visible_to(self, account: Reader) -> AccessQuerySet:
        """Everything, for an administrator; otherwise what one did, and what others did with one's own file."""
        if not account.is_authenticated:
            return self.none()
        if account.has_role(Role.ADMINISTRATOR):
            return self
        return self.filter(models.Q(account=account) | models.Q(concerns=account))


class Access(models.Model):
    """One access: who (`account`, empty for the server's console), what, to which thing, about whom."""

    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    action = models.CharField(_("action"), max_length=20, choices=Action)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="accesses_made",
        verbose_name=_("who"),
    )
    concerns = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="accesses_suffered",
        verbose_name=_("about"),
    )
    subject_type = models.CharField(_("thing"), max_length=100)
    subject_id = models.CharField(_("identifier"), max_length=40)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="access_when"),
            models.Index(fields=["subject_type", "subject_id"], name="access_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action__in=Action.values), name="access_action_is_known"
            )
        ]
        triggers = append_only("at", YEARS_ACCESSES_ARE_KEPT)

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.subject_type} {self.subject_id}"

    @property
    def why(self) -> str:
        """The reason given or, for a sign-in, the methods that it took, in words."""
        if self.action in {Action.READ, Action.EXPORT}:
            return self.reason
        return ", ".join(str(METHODS.get(method, method)) for method in self.reason.split(", ") if method)
