"""What employers offered in a round."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.opportunities.models import Period
from croisee.stages.models.rounds import Round, RoundState

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class RoundOfferQuerySet(VisibleQuerySet["RoundOffer"]):
    """Offers of rounds."""

    def visible_to(self, account: "Reader") -> Self:
        """Campaign managers: all. Published ones: officials and heads of school; employers, their own."""
        if not isinstance(account, Account):
            return self.none()
        if account.has_role(Role.CAMPAIGN_MANAGER):
            return self
        published = self.filter(round__state=RoundState.PUBLISHED)
        if account.has_role(Role.OFFICIAL, Role.SCHOOL_HEAD):
            return published
        own = account.organisations(Role.EMPLOYER).exclude(siret="").values("siret")
        return published.filter(siret__in=own)


class RoundOffer(Record):
    """An offer in a given week: so many seats, so many of them reserved, and what was asked and taken."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="offers", verbose_name=_("round"))
    period = models.ForeignKey(Period, models.SET_NULL, null=True, related_name="+", verbose_name=_("period"))
    reference = models.CharField(_("reference"), max_length=100)
    title = models.CharField(_("title"), max_length=300)
    sector = models.CharField(_("sector"), max_length=200, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    week = models.CharField(_("week"), max_length=8)
    seats = models.PositiveIntegerField(_("seats"))
    reserved = models.PositiveIntegerField(_("reserved"), default=0)
    asked = models.PositiveIntegerField(_("wishes"), default=0)
    taken = models.PositiveIntegerField(_("taken"), default=0)

    objects = RoundOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer of a round")
        verbose_name_plural = _("offers of rounds")
        ordering = ["reference", "week"]
        constraints = [
            models.UniqueConstraint(fields=["round", "reference", "week"], name="round_offer_once_a_week"),
            models.CheckConstraint(condition=Q(seats__gt=0), name="round_offer_has_seats"),
            models.CheckConstraint(condition=Q(reserved__lte=F("seats")), name="round_offer_reserve_fits"),
            models.CheckConstraint(condition=Q(taken__lte=F("seats")), name="round_offer_never_overfull"),
            models.CheckConstraint(
                condition=Q(week__regex=r"^[0-9]{4}-W[0-5][0-9]$"), name="round_offer_week_is_iso"
            ),
        ]
        indexes = [models.Index(fields=["siret"]), models.Index(fields=["round", "week"])]

    def __str__(self) -> str:
        return self.title

    @property
    def free(self) -> int:
        """Seats that nobody took."""
        return self.seats - self.taken
