"""Finding an address among those loaded, offline: typing errors, accents and abbreviations are forgiven.

Streets, not addresses, are searched: a metropolis of 500 000 addresses has some 15 000 of them, told apart by the
words of their name and town. Each word of the question is compared with each distinct word (exactly, as the start of
one, or with a typing error or two), rare words counting more than common ones. The number is then looked up among
the addresses of the best streets.
"""

import re
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.db.models import Max
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from croisee.territory.models import Address, DataSet, DataSetKind, Street
from croisee.territory.wording import normalise

LONGEST_QUESTION = 200
MOST_WORDS = 12
STREETS_KEPT = 24
MOST_STARTED = 200
ALIKE = 0.7
"""Normalised Damerau-Levenshtein similarity from which two words may be one mistyped."""
STARTED, MISTYPED = 0.85, 0.9
"""What a match counts when a word is only the start of another, or is alike."""
UNASKED = 0.25
"""What a word of the street's name takes away when the question does not have it, as a part of its weight."""
BELOW_BEST = 0.6
SUFFIXES = frozenset({"bis", "ter", "quater", "quinquies"})
GLUED = re.compile(r"\b([0-9]{1,4})(bis|ter|quater|quinquies|[a-z])\b")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An address found, or a street when the question has no number or the street has not that one.

    `identifier` is what `answers.place_of` takes; `exact` says that every word was found as it was written and that
    nothing of the street's name is missing.
    """

    identifier: str
    label: str
    score: float
    is_address: bool
    exact: bool


def search_addresses(text: str, limit: int = 8) -> list[Suggestion]:
    """The addresses that `text` may mean, best first; empty when it has no word or nothing is loaded."""
    index = street_index()
    question = _Question.read(text)
    if index is None or not question.words:
        return []
    found = index.search(question)
    return _with_numbers(question, found)[:limit]


@dataclass(frozen=True, slots=True)
class _Question:
    """What was typed: words, postcode, and the numbers that may be that of the street."""

    words: tuple[str, ...]
    numbers: tuple[str, ...]
    suffix: str
    postcode: str

    @classmethod
    def read(cls, text: str) -> "_Question":
        spaced = GLUED.sub(r"\1 \2", text[:LONGEST_QUESTION].casefold())
        written = normalise(spaced).split()[:MOST_WORDS]
        words: list[str] = []
        numbers: list[str] = []
        suffix = postcode = ""
        for position, word in enumerate(written):
            if word.isdigit() and len(word) == 5:
                postcode = word
            elif word.isdigit() and len(word) < 5:
                numbers.append(word)
            elif (
                position
                and written[position - 1] in numbers
                and (word in SUFFIXES or len(word) == 1)
                and not suffix
            ):
                suffix = word
            elif word != "cedex":
                words.append(word)
        return cls(tuple(words), tuple(numbers), suffix, postcode)


@dataclass(frozen=True, slots=True)
class _Found:
    """A street found."""

    position: int
    score: float
    exact: bool


class StreetIndex:
    """The streets, their words, and where each word occurs; made once for each state of the data."""

    def __init__(self, streets: Sequence[tuple[str, str, str, str, list[str]]]) -> None:
        """`streets` are (key, name, normalised name, town, postcodes)."""
        self.streets = streets
        where: dict[str, list[int]] = defaultdict(list)
        names: list[frozenset[str]] = []
        for position, (_key, _name, normalised, town, _postcodes) in enumerate(streets):
            words = frozenset(normalised.split())
            names.append(words)
            for word in words | frozenset(normalise(town).split()):
                where[word].append(position)
        self.words = sorted(where)
        self._ids = {word: position for position, word in enumerate(self.words)}
        sizes = np.array([len(where[word]) for word in self.words], dtype=np.int64)
        self._starts = np.concatenate(([0], np.cumsum(sizes)))
        self._where = np.array([at for word in self.words for at in where[word]], dtype=np.int64)
        self._weights = np.log1p(len(streets) / np.maximum(sizes, 1))
        self.names = names
        self._name_weights = np.array(
            [sum(self._weights[self._ids[word]] for word in words) for words in names]
        )
        self._by_postcode: dict[str, list[int]] = defaultdict(list)
        for position, (*_rest, postcodes) in enumerate(streets):
            for postcode in postcodes:
                self._by_postcode[postcode].append(position)

    def search(self, question: _Question) -> list[_Found]:
        """The streets that answer best, the best first."""
        total = np.zeros(len(self.streets))
        for place, word in enumerate(question.words):
            total += self._matches(word, is_last=place == len(question.words) - 1)
        for number in question.numbers:
            # A number in a street's name (rue du 8 mai) counts for it; elsewhere it is a street number.
            if number in self._ids:
                total += self._matches(number, is_last=False, exactly=True)
        if question.postcode:
            total[self._by_postcode.get(question.postcode, [])] += self._weights.max(initial=1.0) / 2
        score = total - UNASKED * np.maximum(self._name_weights - total, 0)
        best = min(STREETS_KEPT, len(score))
        chosen = np.argpartition(-score, best - 1)[:best]
        chosen = chosen[np.lexsort((chosen, -score[chosen]))]
        floor = BELOW_BEST * score[chosen[0]]
        asked = {*question.words, *question.numbers}
        return [
            _Found(int(at), float(score[at]), self._is_exact(int(at), asked))
            for at in chosen
            if score[at] >= floor and total[at] > 0
        ]

    def _is_exact(self, position: int, asked: set[str]) -> bool:
        town = set(normalise(self.streets[position][3]).split())
        words = self.names[position]
        return words <= asked and all(word in words or word in town or word.isdigit() for word in asked)

    def _matches(self, word: str, *, is_last: bool, exactly: bool = False) -> NDArray[np.float64]:
        """What one word of the question counts for each street: its best match among the street's words."""
        counts = np.zeros(len(self.streets))
        known = self._ids.get(word)
        alike: dict[int, float] = {} if known is None else {known: 1.0}
        if not exactly and (known is None or is_last):
            alike |= self._started(word)
        if known is None and not exactly and len(word) > 3:
            for _match, similarity, at in process.extract(
                word,
                self.words,
                scorer=DamerauLevenshtein.normalized_similarity,
                score_cutoff=ALIKE,
                limit=20,
            ):
                alike[at] = max(alike.get(at, 0.0), MISTYPED * similarity)
        for at, similarity in alike.items():
            streets = self._where[self._starts[at] : self._starts[at + 1]]
            counts[streets] = np.maximum(counts[streets], similarity * self._weights[at])
        return counts

    def _started(self, word: str) -> dict[int, float]:
        """The words that `word` is the start of."""
        if len(word) < 2:
            return {}
        first, last = bisect_left(self.words, word), bisect_left(self.words, word + "\uffff")
        return {at: STARTED for at in range(first, min(last, first + MOST_STARTED)) if self.words[at] != word}


def _with_numbers(question: _Question, found: list[_Found]) -> list[Suggestion]:
    """The addresses with the asked number in the streets found; a street alone where it has not that number."""
    index = street_index()
    if index is None or not found:
        return []
    streets = {index.streets[one.position][0]: one for one in found}
    numbers = {key: _number_in(question, index, one.position) for key, one in streets.items()}
    wanted = {int(number) for number in numbers.values() if number}
    addresses: dict[str, list[Address]] = defaultdict(list)
    if wanted:
        rows = Address.objects.filter(street__in=list(streets), number__in=wanted).select_related(
            "street__commune"
        )
        for address in rows:
            if str(address.number) == numbers[address.street_id]:
                addresses[address.street_id].append(address)
    suggestions: list[Suggestion] = []
    for key, one in streets.items():
        _key, name, _normalised, town, postcodes = index.streets[one.position]
        right = _right_suffix(addresses[key], question)
        suggestions += [
            Suggestion(
                address.ban_id, address.label, one.score + (2 if sure else 1), True, one.exact and sure
            )
            for address, sure in right
        ]
        if not right:
            label = f"{name}, {postcodes[0] if len(postcodes) == 1 else ''} {town}".replace(",  ", ", ")
            suggestions.append(Suggestion(f"street:{key}", label, one.score, False, False))
    return sorted(suggestions, key=lambda suggestion: -suggestion.score)


def _number_in(question: _Question, index: StreetIndex, position: int) -> str:
    """The number asked for in this street: the first one that is not a word of its name."""
    return next((str(int(number)) for number in question.numbers if number not in index.names[position]), "")


def _right_suffix(addresses: list[Address], question: _Question) -> list[tuple[Address, bool]]:
    """The addresses whose suffix and postcode answer (True), or, failing these, those of the same number (False)."""
    in_place = [
        one for one in addresses if not question.postcode or one.postcode == question.postcode
    ] or addresses
    right = [
        one
        for one in in_place
        if one.suffix == question.suffix or (question.suffix and one.suffix.startswith(question.suffix))
    ]
    return [(one, True) for one in right] or [(one, False) for one in in_place]


_making = threading.Lock()


def street_index() -> StreetIndex | None:
    """The index of the streets as they are loaded now; None when there is none."""
    version = DataSet.objects.filter(kind=DataSetKind.BAN).aggregate(latest=Max("updated_at"))["latest"]
    if version is None:
        return None
    with _making:
        return _made(version)


@lru_cache(maxsize=1)
def _made(_version: object) -> StreetIndex | None:
    rows = Street.objects.order_by("-size", "key").values_list(
        "key", "name", "normalised", "place", "postcodes", "commune__name"
    )
    streets = [
        (key, name, normalised, place or town, postcodes)
        for key, name, normalised, place, postcodes, town in rows
    ]
    return StreetIndex(streets) if streets else None
