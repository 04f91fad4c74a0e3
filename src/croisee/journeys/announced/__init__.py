"""What this app announces to the floors below it, by subject: cards, links, imports, rules about personal data."""

from croisee.journeys.announced import (
    actions,
    caselists,
    caseload,
    entries,
    following,
    returns,
    rights,
    ways,
)

SUBJECTS = (entries, following, caseload, returns, caselists, rights, ways, actions)


def declare() -> None:
    """Announce each subject."""
    for subject in SUBJECTS:
        subject.declare()
