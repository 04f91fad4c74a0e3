"""What each pupil of a round got, and why."""

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Contact, Person
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.stages.models.offers import RoundOffer
from croisee.stages.models.rounds import Round, RoundState

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


def _schools(account: Account) -> models.QuerySet:
    """The UAI of the schools where `account` works."""
    return account.organisations(Role.SCHOOL_HEAD, Role.SCHOOL_STAFF).exclude(uai="").values("uai")


class RoundPupilQuerySet(VisibleQuerySet["RoundPupil"]):
    """Pupils of rounds."""

    def visible_to(self, account: "Reader") -> Self:
        """Campaign managers: all. Once published, heads of school and families: their own."""
        if not isinstance(account, Account):
            return self.none()
        if account.has_role(Role.CAMPAIGN_MANAGER):
            return self
        own = (
            Q(school_uai__in=_schools(account))
            | Q(pk__in=account.round_pupils.values("pk"))
            | Q(person__in=Contact.objects.filter(account=account).values("person"))
        )
        return self.filter(own, round__state=RoundState.PUBLISHED)

    def managed_by(self, account: Account) -> Self:
        """Those whose families `account` lets in: a head's own pupils, not those read as somebody's family."""
        if account.has_role(Role.CAMPAIGN_MANAGER):
            return self
        return self.filter(school_uai__in=_schools(account), round__state=RoundState.PUBLISHED)

    def placed(self) -> Self:
        """With a place."""
        return self.filter(offer__isnull=False)

    def without_a_place(self) -> Self:
        """Without one."""
        return self.filter(offer__isnull=True)


class RoundPupil(Record):
    """A pupil in a round, known by the school's reference: the zone answer, the place, its rank, the reasons.

    `rank` counts from 1 (0 for a place found beyond the pupil's own wishes). `seat` numbers an offer's seats
    from 0: unique, and checked by the trigger, so that no offer holds more pupils than seats. `reasons` says
    of each wish preferred to the place why not: `{offer, week, kind, seats, reserved, asked}`, naming nobody.
    `nearby` lists, for a pupil without a place, the nearest free seats: `{offer, metres}`.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="pupils", verbose_name=_("round"))
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, related_name="round_results", verbose_name=_("person")
    )
    reference = models.CharField(_("reference"), max_length=100)
    school_uai = models.CharField("UAI", max_length=8)
    week = models.CharField(_("week"), max_length=8)
    protected = models.BooleanField(_("protected"), default=False)
    zone_codes = models.CharField(_("neighbourhood"), max_length=100, blank=True)
    zone_uncertain = models.BooleanField(_("neighbourhood uncertain"), default=False)
    wishes = models.PositiveSmallIntegerField(_("wishes"), default=0)
    offer = models.ForeignKey(
        RoundOffer, models.CASCADE, null=True, related_name="pupils", verbose_name=_("place")
    )
    seat = models.PositiveIntegerField(null=True, editable=False)
    rank = models.PositiveSmallIntegerField(_("rank of the wish"), null=True)
    reserved_seat = models.BooleanField(_("reserved seat"), default=False)
    reason = models.TextField(_("reason"), blank=True)
    reasons = models.JSONField(default=list, editable=False)
    nearby = models.JSONField(default=list, editable=False)
    families = models.ManyToManyField(
        Account,
        through="FamilyAccess",
        related_name="round_pupils",
        verbose_name=_("families"),
        blank=True,
    )

    objects = RoundPupilQuerySet.as_manager()

    class Meta:
        verbose_name = _("pupil of a round")
        verbose_name_plural = _("pupils of rounds")
        ordering = ["reference"]
        constraints = [
            models.UniqueConstraint(fields=["round", "reference"], name="round_pupil_once"),
            models.UniqueConstraint(fields=["offer", "seat"], name="round_seat_given_once"),
            models.CheckConstraint(
                condition=Q(offer__isnull=True, seat__isnull=True, rank__isnull=True, reserved_seat=False)
                | Q(offer__isnull=False, seat__isnull=False, rank__isnull=False),
                name="round_pupil_place_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(reserved_seat=False) | Q(protected=True), name="round_reserved_seat_for_protected"
            ),
        ]
        indexes = [models.Index(fields=["round", "school_uai"]), models.Index(fields=["round", "rank"])]
        triggers = [
            pgtrigger.Trigger(
                name="seat_exists",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__offer__isnull=False),
                func="""
                    IF NEW.seat >= (SELECT seats FROM stages_roundoffer WHERE id = NEW.offer_id) THEN
                        RAISE EXCEPTION 'this offer has no such seat'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'round_seat_exists';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """The page that tells this pupil's place and why."""
        return reverse("stages:pupil", args=[self.pk])


class FamilyAccessQuerySet(VisibleQuerySet["FamilyAccess"]):
    """Which families read which pupils."""

    def visible_to(self, account: "Reader") -> Self:
        """One's own, and those of the pupils whose families one lets in; never the other parent's."""
        if not isinstance(account, Account):
            return self.none()
        managed = RoundPupil.objects.managed_by(account).values("pk")
        return self.filter(Q(account=account) | Q(pupil__in=managed))


@audited
class FamilyAccess(Record):
    """That an account reads the page of a pupil, since when; the journal keeps who gave it and who took it back."""

    pupil = models.ForeignKey(
        RoundPupil, models.CASCADE, related_name="accesses", verbose_name=_("pupil of a round")
    )
    account = models.ForeignKey(
        Account, models.CASCADE, related_name="family_accesses", verbose_name=_("family")
    )

    objects = FamilyAccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("family's access")
        verbose_name_plural = _("families' accesses")
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["pupil", "account"], name="family_access_once")]

    def __str__(self) -> str:
        return f"{self.account}: {self.pupil}"
