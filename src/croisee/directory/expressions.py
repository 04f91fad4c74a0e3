"""What people are looked for by, computed by the database and kept in indexes: names and telephones as compared."""

import unicodedata
from typing import Any

from django.db.models import Func, TextField
from django.db.models.functions import Concat

from croisee.directory.names import name_key

LATIN = [chr(code) for code in range(0xC0, 0x250)]
"""The letters with accents of the languages written in Latin letters."""
ONE_FOR_ONE = {
    letter: plain
    for letter in LATIN
    if len(plain := name_key(letter)) == 1
    and plain.isascii()
    and unicodedata.category(letter).startswith("L")
}
FROM, TO = "".join(ONE_FOR_ONE), "".join(ONE_FOR_ONE.values())


class NameKey(Func):
    """A name as `names.name_key` compares it, letters of other alphabets left out."""

    template = (
        "regexp_replace(replace(replace(replace(replace(replace("
        f"lower(translate((%(expressions)s), '{FROM}', '{TO}'))"
        ", 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), 'ß', 'ss'), '[^a-z0-9]', '', 'g')"
    )
    output_field: Any = TextField()
    arity = 1


class PhoneKey(Func):
    """The last nine digits of a telephone number, which tell one French number from another."""

    template = "right(regexp_replace(%(expressions)s, '[^0-9]', '', 'g'), 9)"
    output_field: Any = TextField()
    arity = 1


NAMES_KEY = NameKey(Concat("family_name", "given_name"))
PHONE_KEY = PhoneKey("phone")


def names_key(family_name: str, given_name: str) -> str:
    """What `NAMES_KEY` gives for these names."""
    letters = (name_key(family_name) + name_key(given_name)).lower()
    return "".join(letter for letter in letters if letter.isascii())
