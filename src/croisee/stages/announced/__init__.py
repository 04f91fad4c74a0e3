"""What this service announces to the floors below it, by subject: cards, links, imports, rules about personal data."""

from croisee.stages.announced import (
    attendance,
    campaigns,
    conventions,
    interchange,
    offers,
    reach,
    rounds,
    schools,
    ways,
    wishes,
)

SUBJECTS = (rounds, campaigns, offers, wishes, schools, conventions, attendance, interchange, reach, ways)


def declare() -> None:
    """Announce each subject."""
    for subject in SUBJECTS:
        subject.declare()
