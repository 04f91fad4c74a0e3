"""What somebody says to apply for an apprenticeship, and what the company answers."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from croisee.directory.models import Capacity, Consent, Purpose
from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.audit.tracking import audited
from croisee.foundation.records import Record, VisibleQuerySet
from croisee.journeys.models import Journey
from croisee.opportunities.models import Application

if TYPE_CHECKING:
    from croisee.foundation.records import Reader


class Outcome(models.TextChoices):
    """Why an application is over without a contract: what the company chose, what the person did, what happened."""

    PROFILE = "profile", _("the profile does not fit the post")
    TRAINING = "training", _("the training or the level asked is missing")
    FAR = "far", _("the place is too far, or cannot be reached at these hours")
    AVAILABILITY = "availability", _("the dates or the hours do not fit")
    OTHERS_CHOSEN = "others_chosen", _("other people were chosen")
    OTHER = "other", _("another reason, said in the message")
    WITHDRAWN = "withdrawn", _("withdrawn by the person")
    ELSEWHERE = "elsewhere", _("the person has a contract elsewhere")
    OFFER_CLOSED = "offer_closed", _("the offer was closed")
    NO_ANSWER = "no_answer", _("the company did not answer")


OF_COMPANY = (
    Outcome.PROFILE,
    Outcome.TRAINING,
    Outcome.FAR,
    Outcome.AVAILABILITY,
    Outcome.OTHERS_CHOSEN,
    Outcome.OTHER,
)
"""Reasons that a company may give."""


class CandidacyQuerySet(VisibleQuerySet["Candidacy"]):
    """Applications for apprenticeships."""

    def visible_to(self, account: "Reader") -> Self:
        """The person's own; the company's; the training centre's where shared; those one made for whom one follows.

        Référents see what people they follow did by themselves with their consent only.
        """
        if not isinstance(account, Account):
            return self.none()
        seen = Q(application__person__in=_own(account))
        if account.has_role(Role.EMPLOYER):
            seen |= Q(
                application__period__opportunity__organisation__in=account.organisations(
                    Role.EMPLOYER
                ).values("pk")
            )
        if account.has_role(Role.TRAINING_CENTRE):
            centres = account.organisations(Role.TRAINING_CENTRE).values("pk")
            seen |= Q(
                shared_with_centre=True, application__period__opportunity__apprenticeship__centre__in=centres
            )
        if account.has_role(Role.REFERENT, Role.PROGRAMME_MANAGER):
            seen |= self._of_followed(account)
        return self.filter(seen)

    def answered_by(self, account: "Reader") -> Self:
        """Those of the offers of the companies that `account` acts for."""
        if not isinstance(account, Account):
            return self.none()
        own = account.organisations(Role.EMPLOYER).values("pk")
        return self.filter(application__period__opportunity__organisation__in=own)

    def made_by(self, account: "Reader") -> Self:
        """Those that `account` may withdraw or confirm: one's own, and those of people one follows as seen above."""
        if not isinstance(account, Account):
            return self.none()
        made = Q(application__person__in=_own(account))
        if account.has_role(Role.REFERENT, Role.PROGRAMME_MANAGER):
            made |= self._of_followed(account)
        return self.filter(made)

    def _of_followed(self, account: Account) -> Q:
        followed = (
            Journey.objects.followed_by(account).filter(person__isnull=False).order_by().values("person")
        )
        shown = Consent.objects.active().filter(purpose=Purpose.SHOW_APPRENTICESHIPS).values("person")
        return Q(application__person__in=followed) & (
            Q(application__entered_by=account) | Q(application__person__in=shown)
        )


def _own(account: Account) -> models.QuerySet[Any, Any]:
    """The very person of `account`."""
    return account.contacts.filter(capacity=Capacity.SELF).order_by().values("person")


@audited(personal=("motivation", "phone", "cv", "answer_text", "interview_place"))
class Candidacy(Record):
    """What an application for an apprenticeship holds beyond any other: what the person says, what is answered.

    The state is the application's (`opportunities.Application`): asked, place to confirm, confirmed, over. An
    interview is said by `interview_at`; `outcome` says why it is over. `answered_at` counts the year after which
    it is erased.
    """

    application = models.OneToOneField(
        Application, models.CASCADE, related_name="apprenticeship", verbose_name=_("application")
    )
    motivation = models.TextField(_("why this apprenticeship"), max_length=3000)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    cv = models.FileField(_("CV"), upload_to="apprenticeship/cv/", blank=True)
    shared_with_centre = models.BooleanField(_("the training centre may read it"), default=False)
    interview_at = models.DateTimeField(_("interview"), null=True, blank=True)
    interview_place = models.CharField(_("place of the interview"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("answered on"), null=True, editable=False)
    answer_text = models.TextField(_("message"), max_length=1500, blank=True)
    outcome = models.CharField(_("why it is over"), max_length=20, choices=Outcome, blank=True)

    objects = CandidacyQuerySet.as_manager()

    class Meta:
        verbose_name = _("application for an apprenticeship")
        verbose_name_plural = _("applications for apprenticeships")
        ordering = ["-created_at", "pk"]
        indexes = [models.Index(fields=["answered_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=Outcome.values),
                name="apprenticeship_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(interview_at__isnull=False) | Q(interview_place=""),
                name="apprenticeship_interview_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.application)
