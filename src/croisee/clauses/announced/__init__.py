"""What this service announces to the floors below it, by subject: cards, links, imports, rules about personal data."""

from croisee.clauses.announced import (
    calibration,
    company,
    journeys,
    operations,
    parameters,
    people,
    planning,
    published,
    reports,
    sampling,
    statements,
    ways,
)

SUBJECTS = (
    operations,
    calibration,
    people,
    company,
    statements,
    reports,
    sampling,
    planning,
    published,
    parameters,
    journeys,
    ways,
)


def declare() -> None:
    """Announce each subject."""
    for subject in SUBJECTS:
        subject.declare()
