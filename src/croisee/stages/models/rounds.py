"""The round of a campaign, its lifecycle, and the three files it is computed from."""

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.stages.models.campaigns import Campaign

if TYPE_CHECKING:
    from croisee.foundation.records import Reader

LARGEST_SEED = 2**63 - 1
MANAGERS = (Role.CAMPAIGN_MANAGER,)


class RoundState(models.TextChoices):
    """Where a round stands."""

    DRAFT = "draft", _("in preparation")
    COMPUTED = "computed", _("computed, not published")
    PUBLISHED = "published", _("published")
    DISCARDED = "discarded", _("discarded")


LIFECYCLE = Lifecycle(
    name="stages.round",
    label=_("Placement round"),
    states=RoundState,
    initial=RoundState.DRAFT,
    transitions=(
        Transition("compute", _("Compute"), (RoundState.DRAFT,), RoundState.COMPUTED),
        Transition(
            "publish",
            _("Publish"),
            (RoundState.COMPUTED,),
            RoundState.PUBLISHED,
            MANAGERS,
            confirm=_("Schools, families and employers will see the result."),
        ),
        Transition(
            "withdraw",
            _("Withdraw"),
            (RoundState.PUBLISHED,),
            RoundState.COMPUTED,
            MANAGERS,
            confirm=_("Schools, families and employers will no longer see the result."),
        ),
        Transition("reopen", _("Prepare again"), (RoundState.COMPUTED,), RoundState.DRAFT, MANAGERS),
        Transition(
            "discard",
            _("Discard"),
            (RoundState.DRAFT, RoundState.COMPUTED),
            RoundState.DISCARDED,
            MANAGERS,
            confirm=_("Its files and its pupils are erased; the round itself stays in the journal."),
        ),
    ),
)


class RoundQuerySet(VisibleQuerySet["Round"]):
    """Rounds."""

    def visible_to(self, account: "Reader") -> Self:
        """All of them for campaign managers; published ones for officials and for whom they concern."""
        if not isinstance(account, Account):
            return self.none()
        if account.has_role(Role.CAMPAIGN_MANAGER):
            return self
        published = self.filter(state=RoundState.PUBLISHED)
        if account.has_role(Role.OFFICIAL):
            return published
        schools = account.organisations(Role.SCHOOL_HEAD).exclude(uai="").values("uai")
        employers = account.organisations(Role.EMPLOYER).exclude(siret="").values("siret")
        return published.filter(
            Exists(_of_round("RoundPupil", school_uai__in=schools))
            | Exists(_of_round("RoundOffer", siret__in=employers))
            | Q(pk__in=account.round_pupils.values("round"))
        )


def _of_round(model: str, **conditions: object) -> models.QuerySet:
    rows: models.QuerySet = apps.get_model("stages", model)._base_manager.all()
    return rows.filter(round=OuterRef("pk"), **conditions)


@audited
class Round(Record):
    """One computation of placements: from three files, or from a campaign, to a published, audited result.

    Of a campaign, it is the first or the second `turn`.
    `summary` holds the figures of the result and `certificate` what proves it (seed, hashes of the inputs,
    properties proved), both as JSON; they are empty until it is computed.
    """

    lifecycle = LIFECYCLE

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="rounds", verbose_name=_("metropolis")
    )
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, null=True, related_name="rounds", verbose_name=_("campaign")
    )
    turn = models.PositiveSmallIntegerField(_("turn"), null=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    school_year = models.CharField(_("school year"), max_length=9)
    seed = models.PositiveBigIntegerField(_("seed of the draw"))
    state = LIFECYCLE.field()
    summary = models.JSONField(default=dict, editable=False)
    certificate = models.JSONField(default=dict, editable=False)
    computed_at = models.DateTimeField(_("computed on"), null=True, editable=False)
    published_at = models.DateTimeField(_("published on"), null=True, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement round")
        verbose_name_plural = _("placement rounds")
        ordering = ["-created_at"]
        constraints = [
            *LIFECYCLE.constraints(),
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=~Q(state="discarded"),
                name="round_name_is_unique",
                violation_error_message=_("A round of this name is already there."),
            ),
            models.UniqueConstraint(
                fields=["campaign", "turn"], condition=~Q(state="discarded"), name="round_once_a_turn"
            ),
            models.CheckConstraint(
                condition=Q(campaign__isnull=True, turn__isnull=True)
                | Q(campaign__isnull=False, turn__in=[1, 2]),
                name="round_of_a_campaign_has_its_turn",
            ),
            models.CheckConstraint(
                condition=Q(school_year__regex=r"^20[0-9]{2}-20[0-9]{2}$"),
                name="round_school_year_is_two_years",
                violation_error_message=_("A school year is written 2026-2027."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "discarded"]) | Q(computed_at__isnull=False),
                name="round_result_is_dated",
            ),
        ]
        triggers = [*LIFECYCLE.triggers()]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the round."""
        return reverse("stages:round", args=[self.pk])

    @property
    def has_result(self) -> bool:
        """Whether there is a result to look at."""
        return self.state in {RoundState.COMPUTED, RoundState.PUBLISHED}


class RoundFileQuerySet(VisibleQuerySet["RoundFile"]):
    """Files of rounds."""

    def visible_to(self, account: "Reader") -> Self:
        """Campaign managers alone: the files hold birth dates and homes."""
        is_manager = isinstance(account, Account) and account.has_role(Role.CAMPAIGN_MANAGER)
        return self if is_manager else self.none()


@audited
class RoundFile(Record):
    """One of the three files a round is computed from. Erased with the round, or a year after it."""

    class Kind(models.TextChoices):
        """Which of the three."""

        OFFERS = "offers", _("offers")
        PUPILS = "pupils", _("pupils")
        WISHES = "wishes", _("wishes")

    round = models.ForeignKey(Round, models.CASCADE, related_name="files", verbose_name=_("round"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    file = models.FileField(_("file"), upload_to="rounds/")
    sha256 = models.CharField("SHA-256", max_length=64)
    rows = models.PositiveIntegerField(_("rows"))

    objects = RoundFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a round")
        verbose_name_plural = _("files of rounds")
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["round", "kind"], name="round_file_one_of_a_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=["offers", "pupils", "wishes"]), name="round_file_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}.csv"
