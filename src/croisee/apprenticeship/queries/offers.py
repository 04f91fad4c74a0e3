"""What the pages of apprenticeship read, beyond a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from croisee.apprenticeship.expiry import active, with_standing
from croisee.apprenticeship.models import KIND, Candidacy
from croisee.directory.models import Capacity, Person
from croisee.foundation.accounts.models import Account, Membership, Organisation
from croisee.foundation.accounts.roles import Role
from croisee.journeys.models import FOLLOWED, Following
from croisee.opportunities.models import ApplicationState, Opportunity, Source

if TYPE_CHECKING:
    from collections.abc import Iterable


def open_offers(account: Account) -> QuerySet[Opportunity, Any]:
    """What one can apply to today, the latest first; those of La bonne alternance among them."""
    seen = Opportunity.objects.visible_to(account).filter(kind=KIND).order_by().values("pk")
    rows = active().filter(pk__in=seen).select_related("organisation", "apprenticeship__centre")
    return rows.order_by("-published_at", "pk")


def own_offers(account: Account) -> QuerySet[Opportunity, Any]:
    """The offers that `account` may change: its companies' own, those it wrote; all, for managers of programmes."""
    rows = with_standing(Opportunity.objects.offered_by(account).filter(source=Source.OWN))
    return rows.select_related("organisation", "entered_for", "apprenticeship__centre")


def shown_offers(account: Account) -> QuerySet[Opportunity, Any]:
    """Those, and for a training centre the offers that name it."""
    changed = Opportunity.objects.offered_by(account).order_by().values("pk")
    naming = Q(apprenticeship__centre__in=account.organisations(Role.TRAINING_CENTRE).values("pk"))
    rows = with_standing(Opportunity.objects.filter(Q(pk__in=changed) | naming, source=Source.OWN))
    return rows.select_related("organisation", "entered_for", "apprenticeship__centre")


def with_applications(offers: QuerySet[Opportunity, Any]) -> QuerySet[Opportunity, Any]:
    """Offers with `waiting`: how many applications wait for an answer."""
    waits = Q(
        periods__applications__state=ApplicationState.ASKED,
        periods__applications__apprenticeship__answered_at__isnull=True,
    )
    return offers.annotate(waiting=Count("periods__applications", filter=waits))


def candidacies(account: Account) -> QuerySet[Candidacy]:
    """The applications that `account` may read, with all that a page says of them."""
    return Candidacy.objects.visible_to(account).select_related(
        "application__person",
        "application__entered_by",
        "application__period__opportunity__organisation",
        "application__period__opportunity__apprenticeship__centre",
    )


def to_answer(account: Account) -> QuerySet[Candidacy]:
    """Applications to one's companies' offers that nobody answered yet."""
    return Candidacy.objects.answered_by(account).filter(
        application__state=ApplicationState.ASKED, answered_at__isnull=True
    )


def to_confirm(account: Account) -> QuerySet[Candidacy]:
    """Places that wait for a yes of one's own, or of people one follows."""
    return Candidacy.objects.made_by(account).filter(application__state=ApplicationState.OFFERED)


def people_for(account: Account) -> list[Person]:
    """For whom `account` may apply: oneself, and the people whose référent one is today, in the order of names."""
    own = account.contacts.filter(capacity=Capacity.SELF).order_by().values("person")
    found = Q(pk__in=own)
    if account.has_role(Role.REFERENT):
        followed = Following.objects.current(timezone.localdate()).filter(
            referent=account, journey__state__in=FOLLOWED, journey__person__isnull=False
        )
        found |= Q(pk__in=followed.order_by().values("journey__person"))
    return list(Person.objects.filter(found).order_by("family_name", "given_name", "pk"))


def centres() -> QuerySet[Organisation]:
    """The training centres that have an account here."""
    held = Membership.objects.active().filter(role=Role.TRAINING_CENTRE).values("organisation")
    return Organisation.objects.filter(pk__in=held).order_by("name")


def company_places(organisations: Iterable[Organisation]) -> dict[str, str]:
    """The names of organisations by their key, as a choice of a form shows them."""
    return {str(one.pk): f"{one.name} ({one.siret})" if one.siret else one.name for one in organisations}
