"""People who may do clause hours, and why they are eligible, with proofs."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from croisee.clauses.models.clauses import Criterion
from croisee.clauses.models.readers import is_facilitateur, of_company
from croisee.directory.models import Person
from croisee.foundation.accounts.models import Account, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.lifecycles import Lifecycle, Transition
from croisee.foundation.records import Record, VisibleQuerySet

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class ParticipantQuerySet(VisibleQuerySet["Participant"]):
    """Participants."""

    def visible_to(self, account: "Reader") -> Self:
        """Facilitateurs: all. Companies: those who work for them, or did. People: themselves."""
        if is_facilitateur(account):
            return self
        if not isinstance(account, Account):
            return self.none()
        from croisee.clauses.models.assignments import HIRED, Assignment

        employed = Assignment.objects.filter(
            of_company(account, "employer", "commitment__organisation"),
            participant=OuterRef("pk"),
            state__in=HIRED,
        )
        return self.filter(
            Q(Exists(employed)) | Q(person__contacts__account=account, person__contacts__capacity="self")
        )


@audited(personal=("note",))
class Participant(Record):
    """Somebody followed for work under clauses. `prescriber` is who sent them.

    Where they live is in `person`, what they look for in `person.profile`: services make one with the participant.
    """

    person = models.OneToOneField(
        Person, models.CASCADE, related_name="clause_participant", verbose_name=_("person")
    )
    prescriber = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("sent by")
    )
    looking = models.BooleanField(_("looking for work"), default=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["person__family_name", "person__given_name", "pk"]
        indexes = [models.Index(fields=["looking"])]

    def __str__(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        """The page of the participant."""
        return reverse("clauses:participant", args=[self.pk])


class EligibilityState(models.TextChoices):
    """Where an eligibility stands."""

    PROPOSED = "proposed", _("to be checked")
    VERIFIED = "verified", _("checked")
    REFUSED = "refused", _("not eligible")
    WITHDRAWN = "withdrawn", _("withdrawn")


ELIGIBILITY = Lifecycle(
    name="clauses.eligibility",
    label=_("Eligibility"),
    states=EligibilityState,
    initial=EligibilityState.PROPOSED,
    transitions=(
        Transition(
            "verify",
            _("Check"),
            (EligibilityState.PROPOSED,),
            EligibilityState.VERIFIED,
            (Role.FACILITATEUR,),
        ),
        Transition(
            "refuse",
            _("Refuse"),
            (EligibilityState.PROPOSED,),
            EligibilityState.REFUSED,
            (Role.FACILITATEUR,),
        ),
        Transition(
            "withdraw",
            _("Withdraw"),
            (EligibilityState.VERIFIED,),
            EligibilityState.WITHDRAWN,
            (Role.FACILITATEUR,),
            confirm=_("Hours after today no longer count on this criterion."),
        ),
    ),
)


class EligibilityQuerySet(VisibleQuerySet["Eligibility"]):
    """Eligibilities."""

    def visible_to(self, account: "Reader") -> Self:
        """Facilitateurs: all. People: their own. A company reads until when hours count, never why."""
        if is_facilitateur(account):
            return self
        if not isinstance(account, Account):
            return self.none()
        return self.filter(
            participant__person__contacts__account=account, participant__person__contacts__capacity="self"
        )

    def in_force(self) -> Self:
        """Those checked and not withdrawn."""
        return self.filter(state=EligibilityState.VERIFIED)


@audited(personal=("proof_name", "prolonged_because", "note"))
class Eligibility(Record):
    """That a person is eligible on a criterion, by a proof of a date; hours count from `starts_on` until `ends_on`.

    `starts_on` is the day of the check until a first contract begins, then that of the contract. `ends_on` follows from
    the dated parameter, or from a prolongation with its reason.
    """

    lifecycle = ELIGIBILITY

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="eligibilities", verbose_name=_("participant")
    )
    criterion = models.CharField(_("criterion"), max_length=20, choices=Criterion)
    proof_name = models.CharField(_("proof"), max_length=200, blank=True)
    proof = models.FileField(_("file of the proof"), upload_to="clauses/eligibility/", blank=True)
    proof_on = models.DateField(_("date of the proof"), null=True, blank=True)
    state = ELIGIBILITY.field()
    checked_by = models.ForeignKey(
        Account, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("checked by")
    )
    checked_on = models.DateField(_("checked on"), null=True, editable=False)
    starts_on = models.DateField(_("hours count from"), null=True, blank=True)
    ends_on = models.DateField(_("hours count until"), null=True, blank=True)
    prolonged_because = models.CharField(_("why prolonged"), max_length=300, blank=True)
    warned_on = models.DateField(_("end announced on"), null=True, editable=False)
    note = models.TextField(_("note"), max_length=1000, blank=True)

    objects = EligibilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("eligibility")
        verbose_name_plural = _("eligibilities")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "ends_on"])]
        constraints = [
            *ELIGIBILITY.constraints(),
            models.CheckConstraint(
                condition=Q(criterion__in=Criterion.values), name="clauses_eligibility_criterion_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="clauses_eligibility_in_order",
                violation_error_message=_("An eligibility cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(state=EligibilityState.VERIFIED)
                | Q(checked_on__isnull=False, starts_on__isnull=False),
                name="clauses_eligibility_checked_has_dates",
            ),
            models.UniqueConstraint(
                fields=["participant", "criterion"],
                condition=Q(state__in=[EligibilityState.PROPOSED, EligibilityState.VERIFIED]),
                name="clauses_eligibility_living_once",
                violation_error_message=_("This criterion is already there for this person."),
            ),
        ]
        triggers = ELIGIBILITY.triggers()

    def __str__(self) -> str:
        return str(self.get_criterion_display())
