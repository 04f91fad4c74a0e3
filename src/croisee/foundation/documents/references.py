"""References of documents: short, unguessable, and said or typed wrong without harm.

Sixteen symbols of Crockford's base 32 (https://www.crockford.com/base32.html) in groups of four: fourteen
drawn at random (70 bits) and two of a 10-bit cyclic redundancy check, which notices every wrong symbol and
every exchange of two neighbours (a burst of at most ten bits).
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DRAWN, CHECKED = 14, 2
CRC_BITS, CRC_POLYNOMIAL = 10, 0b110_0011_0011  # x¹⁰ + x⁹ + x⁵ + x⁴ + x + 1, as in ITU-T I.610
LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_reference() -> str:
    """A reference never given before, but for a chance of one in 2⁷⁰."""
    drawn = secrets.randbits(5 * DRAWN)
    return _written(drawn << CRC_BITS | _remainder(drawn))


def normalised(text: str) -> str | None:
    """The reference that `text` writes, whatever its case, spaces and dashes; None when it cannot be one."""
    symbols = "".join(text.upper().split()).replace("-", "").translate(LOOKALIKES)
    if len(symbols) != DRAWN + CHECKED or not set(symbols) <= set(ALPHABET):
        return None
    number = 0
    for symbol in symbols:
        number = number << 5 | ALPHABET.index(symbol)
    if _remainder(number >> CRC_BITS) != number & (2**CRC_BITS - 1):
        return None
    return _written(number)


def _remainder(number: int) -> int:
    """The check of `number`: the remainder of number·x¹⁰ by the polynomial, in binary without carries."""
    rest = number << CRC_BITS
    while (excess := rest.bit_length() - CRC_BITS) > 0:
        rest ^= CRC_POLYNOMIAL << (excess - 1)
    return rest


def _written(number: int) -> str:
    symbols = [ALPHABET[number >> 5 * place & 31] for place in reversed(range(DRAWN + CHECKED))]
    return "-".join("".join(symbols[start : start + 4]) for start in range(0, len(symbols), 4))
