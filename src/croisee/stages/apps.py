"""The internships of 3e: what this service announces to the floors below."""

from datetime import date, timedelta

from django.apps import AppConfig
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

YEARS_KEPT = 1


class StagesConfig(AppConfig):
    """Rounds of internships."""

    name = "croisee.stages"
    label = "stages"
    verbose_name = _("internships of 3e")

    def ready(self) -> None:
        """Announce the cards of the home pages, the import, the notices, and what is done with personal data."""
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
        from croisee.stages import cards, imports, notices  # noqa: F401  importing the last two registers them
        from croisee.stages.models import Round, RoundFile, RoundOffer, RoundPupil

        for role in (Role.CAMPAIGN_MANAGER, Role.OFFICIAL, Role.SCHOOL_HEAD):
            home_cards.register(role, cards.rounds)
        home_cards.register(Role.FAMILY, cards.internships)
        home_cards.register(Role.EMPLOYER, cards.offers)
        public_cards.register(cards.latest_published)
        readers = (Role.CAMPAIGN_MANAGER, Role.OFFICIAL, Role.SCHOOL_HEAD)
        nav_links.register(NavLink(_("Internship rounds"), "stages:rounds"), *readers)
        nav_links.register(NavLink(_("My internship"), "stages:my_internships"), Role.FAMILY)
        nav_links.register(NavLink(_("My company"), "stages:my_offers"), Role.EMPLOYER)

        def past(day: date, rows: QuerySet) -> QuerySet:
            return rows.filter(round__created_at__date__lt=day - timedelta(days=366 * YEARS_KEPT))

        kept = _("A year after the round.")
        impersonal(Round, RoundOffer)
        personal_data.register(
            RoundPupil,
            PersonalData(
                purpose=_("Give each pupil of 3e an internship, and tell why that one."),
                retention=Retention(kept, lambda day: past(day, RoundPupil.objects.all())),
                concerns=lambda account: RoundPupil.objects.filter(families=account),
                erase=lambda rows: rows.delete()[1].get("stages.RoundPupil", 0),
                export=lambda row: {
                    "round": row.round.name,
                    "reference": row.reference,
                    "school": row.school_uai,
                    "week": row.week,
                    "place": row.offer.title if row.offer else None,
                    "reason": row.reason,
                },
            ),
        )
        personal_data.register(
            RoundFile,
            PersonalData(
                purpose=_("Compute a round, and check it again."),
                retention=Retention(kept, lambda day: past(day, RoundFile.objects.all())),
                concerns=lambda account: RoundFile.objects.none(),
                erase=_erase_files,
                export=lambda row: {"round": row.round.name, "file": str(row)},
            ),
        )


def _erase_files(rows: QuerySet) -> int:
    """Delete the files themselves with their rows."""
    for row in rows:
        row.file.delete(save=False)
        row.delete()
    return len(rows)
