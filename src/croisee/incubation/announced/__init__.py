"""What this app announces to the floors below it, by subject: cards, links, imports, rules about personal data."""

from croisee.incubation.announced import (
    advice,
    aids,
    board,
    committees,
    figures,
    hosting,
    outcomes,
    projects,
    spaces,
    statements,
)

SUBJECTS = (projects, committees, hosting, aids, spaces, statements, advice, board, outcomes, figures)


def declare() -> None:
    """Announce each subject."""
    for subject in SUBJECTS:
        subject.declare()
