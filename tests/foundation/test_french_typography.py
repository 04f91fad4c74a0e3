"""French as it is printed: no line can break before a double sign, nor inside quotation marks."""

import gettext
import re
from pathlib import Path

import pytest

import croisee

CATALOGUES = sorted(Path(croisee.__file__).parent.rglob("locale/fr/LC_MESSAGES/django.mo"))
# A plain space before : ; ? ! », or after «; an apostrophe or dots as a keyboard has them.
FAULT = re.compile(r"\S [:;?!»]|« |\w'\w|\.\.\.")


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[3].name)
def test_french_typography(path: Path) -> None:
    with path.open("rb") as file:
        messages = gettext.GNUTranslations(file)._catalog
    assert [text for key, text in messages.items() if key != "" and FAULT.search(text)] == []
