"""Identifiers that are valid in form, and that no register gave to anyone."""

# The smallest SIREN of the published register is 000 325 175: companies get numbers under 000 300 000 here.
LAST_FIRM = 29_999
# A commune's SIREN is 21, its department, its number: no department has the number 99.
PUBLIC_PREFIX = "2199"
LAST_PUBLIC = 9_999
UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def siren(rank: int, public: bool = False) -> str:
    """The made-up SIREN of a company (rank 1 to 29 999) or of a public body (1 to 9 999)."""
    last = LAST_PUBLIC if public else LAST_FIRM
    if not 0 < rank <= last:
        raise ValueError(f"rank must be from 1 to {last}, not {rank}")
    root = f"{PUBLIC_PREFIX}{rank:04d}" if public else f"{rank:08d}"
    return root + check_digit(root)


def siret(rank: int, public: bool = False) -> str:
    """The SIRET of the first establishment of the made-up company or public body of a given rank."""
    root = f"{siren(rank, public)}0001"
    return root + check_digit(root)


def uai(department: str, rank: int) -> str:
    """The UAI of a made-up school (rank 0 to 499): numbers from 9500 on, which no department has reached."""
    if not 0 <= rank < 500:
        raise ValueError(f"rank must be from 0 to 499, not {rank}")
    number = f"{department:0>3}{9_500 + rank}"
    return number + UAI_LETTERS[int(number) % 23]


def check_digit(digits: str) -> str:
    """The digit that makes `digits` and itself pass the Luhn formula."""
    doubled = (int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(digits)))
    return str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)
