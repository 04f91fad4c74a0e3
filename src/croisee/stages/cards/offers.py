"""What the home page of an employer says of its offers and of the pupils it welcomes."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from croisee.foundation.accounts.models import Account
from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import Card
from croisee.opportunities.models import Application, ApplicationState, Opportunity, OpportunityState, Source
from croisee.stages.models.internships import KIND


def offers(account: Account) -> Card:
    """One's offers: what waits for the employer first."""
    hosts = account.organisations(Role.EMPLOYER).values("pk")
    own = Opportunity.objects.filter(kind=KIND, source=Source.OWN, organisation__in=hosts)
    counts = own.aggregate(
        published=Count("pk", filter=Q(state=OpportunityState.PUBLISHED)),
        submitted=Count("pk", filter=Q(state=OpportunityState.SUBMITTED)),
        drafts=Count("pk", filter=Q(state=OpportunityState.DRAFT)),
        rejected=Count("pk", filter=Q(state=OpportunityState.REJECTED)),
    )
    title = _("My internship offers")
    if not any(counts.values()):
        return Card(
            title, _("Offer an internship: it takes two minutes."), reverse("stages:new_offer"), order=1
        )
    said = [
        ngettext("%d published", "%d published", counts["published"]) % counts["published"],
        *(
            [ngettext("%d to be checked", "%d to be checked", counts["submitted"]) % counts["submitted"]]
            if counts["submitted"]
            else []
        ),
        *(
            [ngettext("%d draft", "%d drafts", counts["drafts"]) % counts["drafts"]]
            if counts["drafts"]
            else []
        ),
        *(
            [ngettext("%d not accepted", "%d not accepted", counts["rejected"]) % counts["rejected"]]
            if counts["rejected"]
            else []
        ),
    ]
    return Card(title, ", ".join(said), reverse("stages:my_internship_offers"), order=1)


def pupils(account: Account) -> Card | None:
    """The pupils who confirmed; nothing while there is none."""
    hosts = account.organisations(Role.EMPLOYER).values("pk")
    count = Application.objects.filter(
        state=ApplicationState.CONFIRMED,
        period__opportunity__kind=KIND,
        period__opportunity__organisation__in=hosts,
    ).count()
    if not count:
        return None
    text = ngettext("%d pupil confirmed a place.", "%d pupils confirmed a place.", count) % count
    return Card(
        _("Pupils you welcome"), text, reverse("stages:hosting"), figure=number_format(count), order=2
    )
