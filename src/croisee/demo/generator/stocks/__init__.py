"""Stocks of words that the generator draws from, written for this project; they name no one."""


def words(text: str) -> tuple[str, ...]:
    """The words of a text, parted by `|` or by lines."""
    return tuple(word for line in text.split("\n") for word in line.strip().split("|") if word)
