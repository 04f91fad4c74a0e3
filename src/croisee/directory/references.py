"""Pseudonyms: eight characters that say nothing and are not mistaken for one another."""

import secrets

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without I, O, 0 and 1
LENGTH = 8


def new_reference() -> str:
    """A random reference; 32^8 of them, so that two pupils never share one in practice (and never in the database)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
