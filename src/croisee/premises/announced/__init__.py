"""What this app announces to the floors below it, by subject: cards, links, imports, rules about personal data."""

from croisee.premises.announced import (
    demands,
    lettings,
    owners,
    published,
    sites,
    survey,
    units,
    vacancy,
)

SUBJECTS = (units, owners, survey, demands, lettings, vacancy, published, sites)


def declare() -> None:
    """Announce each subject."""
    for subject in SUBJECTS:
        subject.declare()
