"""Preferences, and the ledger: one row for every e-mail owed to someone."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.foundation.accounts.fields import LowerEmailField
from croisee.foundation.accounts.models import LANGUAGES, Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.notices.declaration import Notice, notice_named
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class Frequency(models.TextChoices):
    """How someone wants a notice."""

    IMMEDIATE = "immediate", _("at once")
    DAILY = "daily", _("in one e-mail a day")
    OFF = "off", _("not at all")


class State(models.TextChoices):
    """Where an e-mail stands."""

    WAITING = "waiting", _("to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", pgettext_lazy("e-mail", "sent")
    DECLINED = "declined", _("not wanted")
    BOUNCED = "bounced", _("refused by the recipient's server")
    FAILED = "failed", _("could not be sent")


LIFECYCLE = Lifecycle(
    name="notices.ledger",
    label=_("E-mail"),
    states=State,
    initial=State.WAITING,
    transitions=(
        Transition("decline", _("Not wanted"), (State.WAITING,), State.DECLINED),
        Transition("drop", _("No longer needed"), (State.SENDING,), State.DECLINED),
        Transition("begin", _("Begin sending"), (State.WAITING,), State.SENDING),
        Transition("put_off", _("Try later"), (State.SENDING,), State.WAITING),
        Transition("deliver", _("Delivered"), (State.SENDING,), State.SENT),
        Transition("bounce", _("Refused"), (State.SENDING,), State.BOUNCED),
        Transition("give_up", _("Give up"), (State.SENDING,), State.FAILED),
        Transition("retry", _("Send again"), (State.FAILED, State.BOUNCED), State.WAITING),
    ),
)


class PreferenceQuerySet(VisibleQuerySet["Preference"]):
    """How people want their notices."""

    def visible_to(self, account: "Reader") -> Self:
        """One's own."""
        return self.filter(account=account) if isinstance(account, Account) else self.none()


class Preference(models.Model):
    """How one account wants one notice; without a row, at once."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    notice = models.CharField(_("notice"), max_length=100)
    frequency = models.CharField(_("frequency"), max_length=10, choices=Frequency.choices)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice preference")
        verbose_name_plural = _("notice preferences")
        constraints = [
            models.UniqueConstraint(fields=["account", "notice"], name="one_preference_a_notice"),
            models.CheckConstraint(
                condition=models.Q(frequency__in=["immediate", "daily", "off"]), name="preference_frequency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice}: {self.frequency}"


class LedgerQuerySet(VisibleQuerySet["Ledger"]):
    """E-mails owed, sent or not."""

    def visible_to(self, account: "Reader") -> Self:
        """One's own; administrators see all."""
        if not isinstance(account, Account):
            return self.none()
        return self if account.has_role(Role.ADMINISTRATOR) else self.concerning(account)

    def concerning(self, account: Account) -> Self:
        """Those sent to an account, or to its address before it had one."""
        return self.filter(models.Q(account=account) | models.Q(account=None, email=account.email))

    def due(self) -> Self:
        """Those to send by now, one by one."""
        return self.filter(state=State.WAITING, in_digest=False, next_attempt_at__lte=timezone.now())

    def for_digest(self) -> Self:
        """Those that wait for the daily e-mail of their account."""
        return self.filter(state=State.WAITING, in_digest=True, next_attempt_at__lte=timezone.now())


class Ledger(Record):
    """One e-mail owed to one account, or to an address without one, about one event: sent after it, at most once.

    `key` names the event; the same notice, account and key never make two e-mails. `context` is what the
    texts need (JSON), kept until the e-mail is sent and emptied then: the ledger holds no text.
    """

    lifecycle = LIFECYCLE

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("to")
    )
    email = LowerEmailField(_("e-mail address"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, blank=True)
    notice = models.CharField(_("notice"), max_length=100)
    key = models.CharField(_("event"), max_length=200)
    context = models.JSONField(default=dict, editable=False)
    in_digest = models.BooleanField(_("in the daily e-mail"), default=False)
    state = LIFECYCLE.field()
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent on"), null=True)
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("ledger of e-mails")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(state="waiting"), name="ledger_waiting"
            ),
            # Services give keys that begin with what the e-mail is about: they are looked up by that beginning.
            models.Index(fields=["key"], opclasses=["varchar_pattern_ops"], name="ledger_key_begins"),
        ]
        constraints = [
            *LIFECYCLE.constraints(),
            models.UniqueConstraint(fields=["notice", "account", "key"], name="one_email_an_event"),
            models.UniqueConstraint(
                fields=["notice", "email", "key"],
                condition=~models.Q(email=""),
                name="one_email_an_event_an_address",
            ),
            models.CheckConstraint(
                condition=models.Q(account__isnull=False, email="", language="")
                | (models.Q(account__isnull=True) & ~models.Q(email="") & ~models.Q(language="")),
                name="ledger_account_or_address",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["sent", "declined"]) | models.Q(context={}),
                name="ledger_no_text",
            ),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
                name="ledger_sent_when",
            ),
        ]
        triggers = [*LIFECYCLE.triggers()]

    def __str__(self) -> str:
        return f"{self.notice} ({self.state})"

    @property
    def address(self) -> str:
        """Where it goes."""
        return str(self.account.email) if self.account else self.email

    @property
    def recipient(self) -> str:
        """To whom, as the ledger says it."""
        return str(self.account) if self.account else self.email

    @property
    def read_in(self) -> str:
        """The language in which it is written."""
        return str(self.account.language) if self.account else self.language

    @property
    def declared(self) -> Notice:
        """What the app declares about this notice."""
        return notice_named(self.notice)
