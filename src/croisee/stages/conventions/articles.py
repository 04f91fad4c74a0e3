"""The articles of the convention: a legal paper, in French whatever the language of the site.

An edition is a file of `articles/` named for the first day of the internships it serves: `# heading`, then the text.
A new text is a new file, and the former stays. Articles are copied into each convention when it is written, so that
another edition never changes what was signed.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("articles")
OBJECTIVES = (
    "Observer le fonctionnement d’un milieu professionnel, les métiers qui s’y exercent et les formations qui y"
    " mènent ; en rendre compte par écrit ou à l’oral."
)


def articles_on(day: dt.date) -> list[list[str]]:
    """Headings and texts in use for an internship of that day: of the first edition, for one before it."""
    editions = _editions()
    in_use = [since for since in editions if since <= day] or [min(editions)]
    return [[heading, text] for heading, text in editions[max(in_use)]]


@cache
def _editions() -> dict[dt.date, list[tuple[str, str]]]:
    """Each edition by the day since which it is in use."""
    return {dt.date.fromisoformat(file.stem): _articles(file) for file in FOLDER.glob("*.txt")}


def _articles(file: Path) -> list[tuple[str, str]]:
    parts = file.read_text(encoding="utf-8").split("# ")[1:]
    pairs = (part.partition("\n") for part in parts)
    return [(heading.strip(), " ".join(text.split())) for heading, _newline, text in pairs]
