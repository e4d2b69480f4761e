"""Words of a text in the form in which they are compared: no case, accents or plural."""

import re
import unicodedata

from rapidfuzz.distance import OSA


def words(text: str) -> list[str]:
    """The words in order, each in the singular."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(letter)
    )
    # An apostrophe belongs to its word; any other mark ends one.
    return [singular(word) for word in _WORD.findall(plain.replace("’", "'").replace("'", ""))]


def singular(word: str) -> str:
    """The singular of an English word, near enough to compare two words with."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word.removesuffix("s")


def typing_slips(typed: str, meant: str) -> int | None:
    """How many slips turn one word into the other; None when they are different words.

    A slip is a wrong, missing, doubled or swapped letter (optimal string alignment). Short words
    allow none and the first letter must be right: a wrong one usually makes another word.
    """
    if typed == meant:
        return 0
    allowed = 0 if len(meant) < 5 else 1 if len(meant) < 8 else 2
    if not allowed or typed[:1] != meant[:1]:
        return None
    slips = OSA.distance(typed, meant, score_cutoff=allowed)
    return slips if slips <= allowed else None


_WORD = re.compile(r"[^\W_]+")
_IRREGULAR = {
    "analyses": "analysis",
    "axes": "axis",
    "bases": "basis",
    "indices": "index",
    "matrices": "matrix",
    "series": "series",
    "vertices": "vertex",
}
