"""One sentence, one translation: catalogues are merged, and two French texts for one English would clash."""

from collections import defaultdict

from babel.messages.pofile import read_po

from croisee.project.messages import catalogues


def test_a_sentence_is_translated_alike_everywhere() -> None:
    found: dict[tuple[object, ...], dict[object, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in catalogues():
        with path.open("rb") as file:
            for message in read_po(file, locale="fr"):
                if message.id:
                    found[message.context, message.id][message.string].append(str(path))
    clashes = {key: dict(texts) for key, texts in found.items() if len(texts) > 1}
    assert not clashes


def test_none_is_counted_as_in_french() -> None:
    """A header marked as fuzzy is not compiled: its catalogue would count 0 as English does."""
    for path in catalogues():
        with path.open("rb") as file:
            header = read_po(file, locale="fr")
        assert not header.fuzzy, path
        assert header.plural_expr == "(n > 1)", path
