"""What rounds announce."""

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from croisee.foundation.accounts.roles import Role
from croisee.foundation.registry import (
    NavLink,
    PersonalData,
    Retention,
    home_cards,
    impersonal,
    nav_links,
    personal_data,
    public_cards,
)
from croisee.stages import imports  # noqa: F401  importing it registers the import
from croisee.stages.cards import rounds as cards
from croisee.stages.models import FamilyAccess, Round, RoundFile, RoundOffer, RoundPupil
from croisee.stages.services import rounds as services

YEARS_KEPT = 1


def declare() -> None:
    """Announce the cards of the home pages, the import, the notices, and what is done with personal data."""
    for role in (Role.CAMPAIGN_MANAGER, Role.OFFICIAL, Role.SCHOOL_HEAD):
        home_cards.register(role, cards.rounds)
    home_cards.register(Role.FAMILY, cards.internships)
    home_cards.register(Role.EMPLOYER, cards.offers)
    public_cards.register(cards.latest_published)
    nav_links.register(NavLink(_("My internship"), "stages:my_internships", 10), Role.FAMILY)

    def past(day: date, rows: QuerySet[Any], round_: str = "round") -> QuerySet[Any]:
        return rows.filter(**{f"{round_}__created_at__date__lt": day - timedelta(days=366 * YEARS_KEPT)})

    kept = _("A year after the round.")
    purpose = _("Give each pupil of 3e an internship, and tell why that one.")
    impersonal(Round, RoundOffer)
    personal_data.register(
        RoundPupil,
        PersonalData(
            purpose=purpose,
            retention=Retention(kept, lambda day: past(day, RoundPupil.objects.all())),
            # A pupil has no account. What a family's account reads of one is said and erased by its access.
            concerns=lambda account: RoundPupil.objects.none(),
            erase=lambda rows: rows.delete()[1].get("stages.RoundPupil", 0),
            export=_pupil,
        ),
    )
    personal_data.register(
        FamilyAccess,
        PersonalData(
            purpose=purpose,
            retention=Retention(
                kept,
                lambda day: (
                    past(day, FamilyAccess.objects.all(), "pupil__round")
                    | FamilyAccess.objects.filter(account__is_active=False)
                ),
            ),
            concerns=lambda account: FamilyAccess.objects.filter(account=account).select_related(
                "pupil__round", "pupil__offer"
            ),
            erase=lambda rows: rows.delete()[0],
            export=lambda access: _pupil(access.pupil),
        ),
    )
    personal_data.register(
        RoundFile,
        PersonalData(
            purpose=_("Compute a round, and check it again."),
            retention=Retention(kept, lambda day: past(day, RoundFile.objects.all())),
            concerns=lambda account: RoundFile.objects.none(),
            erase=services.erase_files,
            export=lambda row: {"round": row.round.name, "file": str(row)},
        ),
    )


def _pupil(row: RoundPupil) -> dict[str, object]:
    """A pupil as the family takes it away."""
    return {
        "round": row.round.name,
        "reference": row.reference,
        "school": row.school_uai,
        "week": row.week,
        "place": row.offer.title if row.offer else None,
        "reason": row.reason,
    }
