"""One sentence, one translation: catalogues are merged, and two French texts for one English would clash."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from babel.messages.pofile import read_po

from croisee.project.messages import PACKAGE, catalogues


def test_a_sentence_is_translated_alike_everywhere() -> None:
    found: dict[tuple[object, ...], dict[object, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in catalogues():
        with path.open("rb") as file:
            for message in read_po(file, locale="fr"):
                if message.id:
                    found[message.context, message.id][message.string].append(str(path))
    clashes = {key: dict(texts) for key, texts in found.items() if len(texts) > 1}
    assert not clashes


def _within_f_strings() -> Iterator[str]:
    """The sentences asked for inside an f-string, where GNU gettext does not look for them."""
    for path in PACKAGE.rglob("*.py"):
        for text in filter(
            lambda node: isinstance(node, ast.JoinedStr), ast.walk(ast.parse(path.read_text()))
        ):
            for call in filter(lambda node: isinstance(node, ast.Call), ast.walk(text)):
                if isinstance(call.func, ast.Name) and call.func.id in ("_", "gettext"):
                    yield ast.literal_eval(call.args[0])


def test_no_sentence_is_left_in_english_for_being_in_an_f_string() -> None:
    known = set()
    for path in catalogues():
        with path.open("rb") as file:
            known |= {message.id for message in read_po(file, locale="fr")}
    assert not set(_within_f_strings()) - known


def test_none_is_counted_as_in_french() -> None:
    """A header marked as fuzzy is not compiled: its catalogue would count 0 as English does."""
    for path in catalogues():
        with path.open("rb") as file:
            header = read_po(file, locale="fr")
        assert not header.fuzzy, path
        assert header.plural_expr == "(n > 1)", path
