"""Names as they are compared: the same person is found whatever the accents, hyphens, case and spaces."""

import unicodedata
from datetime import date

Key = tuple[str, str, date]


LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "ı": "i"})


def name_key(name: str) -> str:
    """`name` without case, accents, punctuation and spaces: "Le Goff", "LE-GOFF" and "le goff" are one."""
    lower = name.casefold().translate(LETTERS)
    plain = unicodedata.normalize("NFKD", lower).casefold().translate(LETTERS)
    return "".join(letter for letter in plain if letter.isalnum())


def person_key(family_name: str, given_name: str, birth_date: date) -> Key:
    """What makes two rows one person: names as they are compared, and the birth date."""
    return name_key(family_name), name_key(given_name), birth_date


def looks_like_a_name(text: str) -> bool:
    """Whether `text` may be a name: a letter at least, and no digit nor sign that spreadsheets and code are made of."""
    return any(c.isalpha() for c in text) and not any(c.isdigit() or c in '=+@<>{}[]|\\;:*_#"' for c in text)
