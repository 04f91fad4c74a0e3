"""Names of streets and communes brought to one form, so that two ways of writing the same one meet."""

import re
import unicodedata

ABBREVIATIONS = {
    "all": "allee",
    "av": "avenue",
    "ave": "avenue",
    "bat": "batiment",
    "bd": "boulevard",
    "bld": "boulevard",
    "blvd": "boulevard",
    "boul": "boulevard",
    "bvd": "boulevard",
    "car": "carrefour",
    "ch": "chemin",
    "che": "chemin",
    "chem": "chemin",
    "col": "colonel",
    "cdt": "commandant",
    "crs": "cours",
    "dom": "domaine",
    "dr": "docteur",
    "esp": "esplanade",
    "fbg": "faubourg",
    "fg": "faubourg",
    "gal": "general",
    "gl": "general",
    "gen": "general",
    "ham": "hameau",
    "imp": "impasse",
    "lot": "lotissement",
    "mal": "marechal",
    "mar": "marechal",
    "pass": "passage",
    "pdt": "president",
    "pl": "place",
    "plc": "place",
    "pr": "professeur",
    "prof": "professeur",
    "prom": "promenade",
    "qu": "quai",
    "r": "rue",
    "res": "residence",
    "rte": "route",
    "sq": "square",
    "st": "saint",
    "ste": "sainte",
    "vla": "villa",
    "za": "zone artisanale",
    "zi": "zone industrielle",
}
NOT_A_WORD = re.compile(r"[^a-z0-9]+")
LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})


def plain(text: str) -> str:
    """`text` in lower case, without accents, ligatures and punctuation, its words one space apart."""
    letters = unicodedata.normalize("NFKD", text.translate(LIGATURES)).casefold()
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return NOT_A_WORD.sub(" ", bare).strip()


def normalise(text: str) -> str:
    """`plain` with the usual abbreviations of addresses spelled out.

    >>> normalise("12 Bd. de l'Abbé-Grégoire, St-Malo")
    '12 boulevard de l abbe gregoire saint malo'
    """
    return " ".join(ABBREVIATIONS.get(word, word) for word in plain(text).split())


def town_key(name: str) -> str:
    """A commune's name without its article and district, so that `MARSEILLE 02` and `Le Rheu` find theirs.

    >>> town_key("MARSEILLE 02"), town_key("Le Rheu"), town_key("ST GREGOIRE")
    ('marseille', 'rheu', 'saint gregoire')
    """
    words = normalise(name).split()
    while len(words) > 1 and (words[-1].isdigit() or words[-1] in {"cedex", "arrondissement"}):
        words.pop()
    if len(words) > 1 and words[0] in {"le", "la", "les", "l"}:
        words.pop(0)
    return " ".join(words)
