"""What offers announce."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import (
    NavLink,
    PersonalData,
    Retention,
    home_cards,
    nav_links,
    personal_data,
)
from croisee.opportunities.models import Period
from croisee.stages import offer_kind  # noqa: F401  importing it registers the kind of opportunity
from croisee.stages.cards import offers as cards
from croisee.stages.models import Internship
from croisee.stages.notices import offers as notices  # noqa: F401  importing it registers the e-mails

DAYS_KEPT = 366


def declare() -> None:
    """Announce cards, links, and what is done with personal data."""
    home_cards.register(Role.EMPLOYER, cards.offers)
    home_cards.register(Role.EMPLOYER, cards.pupils)
    nav_links.register(NavLink(_("My offers"), "stages:my_internship_offers", order=10), Role.EMPLOYER)
    nav_links.register(NavLink(_("Pupils you welcome"), "stages:hosting", order=20), Role.EMPLOYER)
    personal_data.register(
        Internship,
        PersonalData(
            purpose=_(
                "Tell the pupil and the school who welcomes, and write to the tutor about the convention."
            ),
            retention=Retention(_("A year after the last week of the offer."), _past),
            concerns=lambda account: Internship.objects.filter(tutor_email=account.email).exclude(
                tutor_email=""
            ),
            erase=lambda rows: rows.update(tutor_name="", tutor_email="", tutor_phone=""),
            export=lambda row: {
                "offer": row.opportunity.title,
                "tutor": row.tutor_name,
                "email": row.tutor_email,
                "telephone": row.tutor_phone,
            },
        ),
    )


def _past(day: date) -> QuerySet[Internship]:
    """Offers that still name a tutor, all of whose weeks ended more than a year before `day`."""
    limit = day - timedelta(days=DAYS_KEPT)
    lately = Period.objects.filter(opportunity=OuterRef("opportunity"), ends_on__gte=limit)
    named = Internship.objects.exclude(tutor_name="", tutor_email="", tutor_phone="")
    return named.filter(~Exists(lately), created_at__date__lt=limit)
