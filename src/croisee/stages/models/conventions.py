"""The convention of an internship: its versions, who signs it, and who signed."""

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from croisee.directory.models import Person
from croisee.foundation.accounts.fields import LowerEmailField
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.opportunities.models import Application

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

SCHOOL = (Role.SCHOOL_HEAD, Role.SCHOOL_STAFF)


class ConventionState(models.TextChoices):
    """Where a convention stands."""

    DRAFT = "draft", _("being written")
    READY = "ready", _("ready to be signed")
    SIGNING = "signing", _("signed in part")
    SIGNED = "signed", _("signed by all")
    RUNNING = "running", _("internship under way")
    DONE = "done", _("internship over")
    CANCELLED = "cancelled", pgettext_lazy("a convention", "cancelled")
    REPLACED = "replaced", _("replaced")


ENDED = (ConventionState.CANCELLED, ConventionState.REPLACED)
_BEFORE_THE_END = (
    ConventionState.DRAFT,
    ConventionState.READY,
    ConventionState.SIGNING,
    ConventionState.SIGNED,
    ConventionState.RUNNING,
)

LIFECYCLE = Lifecycle(
    name="stages.convention",
    label=_("Internship convention"),
    states=ConventionState,
    initial=ConventionState.DRAFT,
    transitions=(
        Transition(
            "make_ready",
            _("Send for signature"),
            (ConventionState.DRAFT,),
            ConventionState.READY,
            (Role.SCHOOL_HEAD, Role.SCHOOL_STAFF),
        ),
        Transition(
            "rewrite",
            _("Write again"),
            (ConventionState.READY, ConventionState.SIGNING, ConventionState.SIGNED),
            ConventionState.DRAFT,
        ),
        Transition("sign", _("Sign"), (ConventionState.READY,), ConventionState.SIGNING),
        Transition(
            "complete",
            _("Complete"),
            (ConventionState.READY, ConventionState.SIGNING),
            ConventionState.SIGNED,
        ),
        Transition("void", _("Void a signature"), (ConventionState.SIGNED,), ConventionState.SIGNING),
        Transition(
            "void_all",
            _("Void all signatures"),
            (ConventionState.SIGNING, ConventionState.SIGNED),
            ConventionState.READY,
        ),
        Transition("begin", _("Begin"), (ConventionState.SIGNED,), ConventionState.RUNNING),
        Transition("end", _("End"), (ConventionState.RUNNING,), ConventionState.DONE),
        Transition(
            "cancel",
            _("Cancel"),
            _BEFORE_THE_END,
            ConventionState.CANCELLED,
            (Role.SCHOOL_HEAD, Role.CAMPAIGN_MANAGER),
            confirm=_("All signatories are told. The convention cannot be taken up again."),
        ),
        Transition("replace", _("Replace"), _BEFORE_THE_END, ConventionState.REPLACED),
    ),
)


class ConventionQuerySet(VisibleQuerySet["Convention"]):
    """Conventions."""

    def visible_to(self, account: "Reader") -> Self:
        """Managers: all. Schools and families: of their pupils. Employers: of the pupils they host."""
        if not isinstance(account, Account):
            return self.none()
        if account.has_role(Role.CAMPAIGN_MANAGER):
            return self
        of_persons = Q(application__person__in=Person.objects.visible_to(account))
        hosts = account.organisations(Role.EMPLOYER).values("pk")
        return self.filter(
            of_persons
            | (Q(application__period__opportunity__organisation__in=hosts) & ~Q(state=ConventionState.DRAFT))
        )

    def living(self) -> Self:
        """Those neither cancelled nor replaced."""
        return self.exclude(state__in=ENDED)


@audited
class Convention(Record):
    """The agreement on one pupil's internship: what is agreed is in its versions, the last one in force.

    `document` is the PDF that all have signed, as it was sent to them, and `reference` what it is verified by.
    """

    lifecycle = LIFECYCLE

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="conventions", verbose_name=_("application")
    )
    replaces = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    state = LIFECYCLE.field()
    why_ended = models.CharField(_("why it was cancelled"), max_length=300, blank=True)
    document = models.FileField(_("signed document"), upload_to="conventions/", blank=True)
    reference = models.CharField(_("reference"), max_length=19, blank=True, editable=False)

    objects = ConventionQuerySet.as_manager()

    class Meta:
        verbose_name = _("convention")
        verbose_name_plural = _("conventions")
        ordering = ["-created_at"]
        constraints = [
            *LIFECYCLE.constraints(),
            models.UniqueConstraint(
                fields=["application"],
                condition=~Q(state__in=[str(state) for state in ENDED]),
                name="convention_living_once",
            ),
        ]
        triggers = LIFECYCLE.triggers()

    def __str__(self) -> str:
        return f"{self.application}"

    def get_absolute_url(self) -> str:
        """The page of the convention."""
        return reverse("stages:convention", args=[self.pk])


class ConventionVersionQuerySet(VisibleQuerySet["ConventionVersion"]):
    """Versions of conventions."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the conventions that one may see."""
        return self.filter(convention__in=Convention.objects.visible_to(account))


class ConventionVersion(Record):
    """What is agreed, whole, as of an edit: never altered. `sha256` is the digest of its canonical JSON."""

    convention = models.ForeignKey(
        Convention, models.CASCADE, related_name="versions", verbose_name=_("convention")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField(_("content"))
    sha256 = models.CharField(_("SHA-256 digest"), max_length=64)
    changed = models.JSONField(_("what changed"), default=list)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))

    objects = ConventionVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a convention")
        verbose_name_plural = _("versions of conventions")
        ordering = ["convention", "number"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "number"], name="convention_version_once"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="convention_version_sha256"
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="unaltered", exclude=["account", "updated_at"])]

    def __str__(self) -> str:
        return f"{self.convention} ({self.number})"


class Signatory(models.TextChoices):
    """Who signs a convention (code de l'éducation D.331-3 and after)."""

    HOST = "host", _("host")
    LEGAL_REPRESENTATIVE = "legal_representative", _("legal representative")
    PUPIL = "pupil", _("pupil")
    SCHOOL_HEAD = "school_head", _("head of school")


class Method(models.TextChoices):
    """How somebody signed."""

    ONLINE = "online", _("on line")
    PAPER = "paper", _("on paper")


class SignatureQuerySet(VisibleQuerySet["Signature"]):
    """Signatures, asked for or given."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the conventions that one may see."""
        return self.filter(convention__in=Convention.objects.visible_to(account))

    def living(self) -> Self:
        """Those not voided by an edit."""
        return self.filter(voided_at__isnull=True)


@audited(personal=("name", "email", "on_behalf"))
class Signature(Record):
    """One signature, asked for or given. Once given it is bound to the digest of the version that was read.

    `voided_at` and `void_reason` (names of entries) say that an edit changed what this signatory had agreed to; another
    row then asks again.
    """

    convention = models.ForeignKey(
        Convention, models.CASCADE, related_name="signatures", verbose_name=_("convention")
    )
    signatory = models.CharField(_("signatory"), max_length=20, choices=Signatory)
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = LowerEmailField(_("e-mail address"), blank=True)
    on_behalf = models.CharField(_("by delegation of"), max_length=150, blank=True)
    reminded_on = models.DateField(_("last reminded on"), null=True, editable=False)
    signed_at = models.DateTimeField(_("signed on"), null=True, editable=False)
    document_sha256 = models.CharField(_("digest of what was signed"), max_length=64, blank=True)
    method = models.CharField(_("method"), max_length=10, choices=Method, blank=True)
    scan = models.FileField(_("scan"), upload_to="conventions/", blank=True)
    recorded_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="+", verbose_name=_("recorded by")
    )
    voided_at = models.DateTimeField(_("voided on"), null=True, editable=False)
    void_reason = models.CharField(_("why voided"), max_length=300, blank=True)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["convention", "signatory", "created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(signatory__in=Signatory.values), name="signature_role_is_known"
            ),
            models.UniqueConstraint(
                fields=["convention", "signatory"],
                condition=Q(voided_at__isnull=True),
                name="signature_once_a_role",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, document_sha256="", method="")
                | Q(
                    signed_at__isnull=False,
                    document_sha256__regex=r"^[0-9a-f]{64}$",
                    method__in=Method.values,
                ),
                name="signature_is_bound_to_a_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_signatory_display()}: {self.name}"


class SignatureLinkQuerySet(VisibleQuerySet["SignatureLink"]):
    """Links to sign by."""

    def visible_to(self, account: "Reader") -> Self:
        """Those of the signatures that one may see: when they were sent, nothing that opens them."""
        return self.filter(signature__in=Signature.objects.visible_to(account))


class SignatureLink(Record):
    """A link sent to a signatory: of its secret the digest alone is kept. Each e-mail has its own."""

    signature = models.ForeignKey(
        Signature, models.CASCADE, related_name="links", verbose_name=_("signature")
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("valid until"), editable=False)

    objects = SignatureLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to sign")
        verbose_name_plural = _("links to sign")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="signature_link_sha256"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signature}"
