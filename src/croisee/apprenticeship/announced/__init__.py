"""What this app announces to the floors below it, by subject: cards, links, imports, rules about personal data."""

from croisee.apprenticeship.announced import (
    meetings,
    mentoring,
    offers,
)

SUBJECTS = (offers, mentoring, meetings)


def declare() -> None:
    """Announce each subject."""
    for subject in SUBJECTS:
        subject.declare()
