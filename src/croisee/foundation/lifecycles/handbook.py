"""The page of documentation about lifecycles, written from their tables."""

from django.utils import translation

from croisee.foundation.lifecycles.declaration import REGISTERED, Lifecycle

INTRODUCTION = """\
# Lifecycles

Written by `croisee lifecycles` from the tables in the code; a test compares this page with them.
Every other change of state is impossible: a trigger of the database refuses it.
"""


def chapter(lifecycle: Lifecycle) -> str:
    """The diagram and the table of one lifecycle, as Markdown."""
    rows = [
        f"| `{t.name}` | {t.label} | {', '.join(map(str, t.origins))} | {t.target} "
        f"| {', '.join(map(str, t.roles)) or 'the software'} |"
        for t in lifecycle.transitions
    ]
    header = ["| transition | button | from | to | who |", "|---|---|---|---|---|"]
    diagram = ["```mermaid", lifecycle.mermaid(), "```"]
    return "\n".join([f"## {lifecycle.label} (`{lifecycle.name}`)", "", *diagram, "", *header, *rows, ""])


def page() -> str:
    """The whole page, in English, lifecycles in order of name."""
    with translation.override("en"):
        chapters = [chapter(lifecycle) for _, lifecycle in sorted(REGISTERED.items())]
    return "\n".join([INTRODUCTION, *chapters])
