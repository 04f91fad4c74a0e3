"""What happened around a contract: contacts of every kind, links sent to companies, penalties."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models.clauses import Commitment
from croisee.clauses.models.fields import hours, money
from croisee.clauses.models.operations import Contract
from croisee.clauses.models.people import Participant
from croisee.clauses.models.readers import is_facilitateur, of_buyer, of_company
from croisee.foundation.accounts.fields import LowerEmailField
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class Channel(models.TextChoices):
    """How somebody was in contact."""

    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("telephone")
    MEETING = "meeting", _("meeting")
    VISIT = "visit", _("visit on site")
    LETTER = "letter", _("letter")
    AUTOMATIC = "automatic", _("sent by Croisée")
    BOUNCE = "bounce", _("e-mail came back")
    NOTE = "note", _("note")


class ContactLogQuerySet(VisibleQuerySet["ContactLog"]):
    """Contacts that were had."""

    def visible_to(self, account: "Reader") -> Self:
        """Facilitateurs: all. What they write of companies and people is theirs alone."""
        return self if is_facilitateur(account) else self.none()


@audited(personal=("text", "with_whom"))
class ContactLog(Record):
    """One contact, about a contract, a commitment of it or a participant: when, how, with whom, what was said."""

    contract = models.ForeignKey(
        Contract, models.CASCADE, null=True, blank=True, related_name="contacts", verbose_name=_("contract")
    )
    commitment = models.ForeignKey(
        Commitment, models.CASCADE, null=True, blank=True, related_name="contacts", verbose_name=_("company")
    )
    participant = models.ForeignKey(
        Participant,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("participant"),
    )
    channel = models.CharField(_("how"), max_length=10, choices=Channel)
    at = models.DateTimeField(_("on"), default=timezone.now)
    with_whom = models.CharField(_("with"), max_length=150, blank=True)
    text = models.TextField(_("what was said"), max_length=3000)
    next_on = models.DateField(_("come back to it on"), null=True, blank=True)
    by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))

    objects = ContactLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-at", "pk"]
        indexes = [models.Index(fields=["contract", "-at"]), models.Index(fields=["next_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="clauses_contact_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(contract__isnull=False)
                | Q(commitment__isnull=False)
                | Q(participant__isnull=False),
                name="clauses_contact_is_about_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.at:%d/%m/%Y}"


class CompanyLinkQuerySet(VisibleQuerySet["CompanyLink"]):
    """Links sent to companies."""

    def visible_to(self, account: "Reader") -> Self:
        """Facilitateurs: when they were sent and used; nothing that opens them."""
        return self if is_facilitateur(account) else self.none()


class CompanyLink(Record):
    """A link sent to the contact of a commitment: of its secret the digest alone is kept. It opens that commitment."""

    commitment = models.ForeignKey(
        Commitment, models.CASCADE, related_name="links", verbose_name=_("commitment")
    )
    email = LowerEmailField(_("e-mail address"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("valid until"), editable=False)
    used_at = models.DateTimeField(_("last used on"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("withdrawn on"), null=True, editable=False)

    objects = CompanyLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link sent to a company")
        verbose_name_plural = _("links sent to companies")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="clauses_link_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment}"


class PenaltyState(models.TextChoices):
    """Where a penalty stands."""

    PROPOSED = "proposed", _("proposed")
    NOTIFIED = "notified", _("notified to the company")
    APPLIED = "applied", _("applied")
    WAIVED = "waived", _("waived")


PENALTY = Lifecycle(
    name="clauses.penalty",
    label=_("Penalty"),
    states=PenaltyState,
    initial=PenaltyState.PROPOSED,
    transitions=(
        Transition(
            "notify",
            _("Notify"),
            (PenaltyState.PROPOSED,),
            PenaltyState.NOTIFIED,
            (Role.FACILITATEUR, Role.BUYER),
            confirm=_("The company is told, and may answer."),
        ),
        Transition(
            "apply",
            _("Apply"),
            (PenaltyState.NOTIFIED,),
            PenaltyState.APPLIED,
            (Role.BUYER,),
            confirm=_("The buyer decides; this cannot be undone."),
        ),
        Transition(
            "waive",
            _("Waive"),
            (PenaltyState.PROPOSED, PenaltyState.NOTIFIED),
            PenaltyState.WAIVED,
            (Role.FACILITATEUR, Role.BUYER),
        ),
    ),
)


class PenaltyQuerySet(VisibleQuerySet["Penalty"]):
    """Penalties."""

    def visible_to(self, account: "Reader") -> Self:
        """Facilitateurs: all. Buyers: of their lots. Companies: their own, once notified."""
        if is_facilitateur(account):
            return self
        return self.filter(
            of_buyer(account, "commitment__clause__lot__contract__operation__buyer")
            | (of_company(account, "commitment__organisation") & ~Q(state=PenaltyState.PROPOSED))
        )


@audited
class Penalty(Record):
    """What a company may have to pay for hours not done: missing hours × the penalty of the clause, on a day."""

    lifecycle = PENALTY

    commitment = models.ForeignKey(
        Commitment, models.CASCADE, related_name="penalties", verbose_name=_("commitment")
    )
    missing = hours(_("missing hours"))
    per_hour = money(_("penalty for an hour"))
    amount = money(_("amount"))
    counted_on = models.DateField(_("counted on"))
    state = PENALTY.field()
    answer = models.TextField(_("answer of the company"), max_length=3000, blank=True)
    why = models.TextField(_("why it is applied or waived"), max_length=2000, blank=True)

    objects = PenaltyQuerySet.as_manager()

    class Meta:
        verbose_name = _("penalty")
        verbose_name_plural = _("penalties")
        ordering = ["-counted_on"]
        constraints = [
            *PENALTY.constraints(),
            models.UniqueConstraint(
                fields=["commitment"],
                condition=Q(state__in=[PenaltyState.PROPOSED, PenaltyState.NOTIFIED]),
                name="clauses_penalty_open_once",
                violation_error_message=_("A penalty is already being discussed for this company and lot."),
            ),
            models.CheckConstraint(
                condition=Q(missing__gt=0),
                name="clauses_penalty_for_something",
                violation_error_message=_("No hour is missing."),
            ),
            models.CheckConstraint(
                # To the cent: both factors are.
                condition=Q(amount__gte=F("missing") * F("per_hour") - 0.01)
                & Q(amount__lte=F("missing") * F("per_hour") + 0.01),
                name="clauses_penalty_amount_follows",
            ),
        ]
        triggers = PENALTY.triggers()

    def __str__(self) -> str:
        return f"{self.commitment}: {self.amount} €"

    def get_absolute_url(self) -> str:
        """The page of the penalty."""
        return reverse("clauses:penalty", args=[self.pk])
