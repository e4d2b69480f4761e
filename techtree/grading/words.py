"""A few words, compared without what doesn't matter: case, marks, accents, articles."""

import re
import unicodedata

from techtree.grading import feedback
from techtree.grading.tokens import RAISED
from techtree.grading.verdicts import Grade
from techtree.items import Short

LONGEST = 300
"""Characters. Accepted answers are not longer."""


def grade_short(item: Short, answer: str, *, final: bool) -> Grade | None:
    """None when the answer is neither accepted nor an expected mistake."""
    if len(answer) > LONGEST:
        return None
    said = normalised(answer)
    for accepted in item.answers:
        if normalised(accepted) == said:
            return feedback.correct(item, f"equals the accepted {accepted!r}")
    for mistake in item.mistakes:
        if normalised(mistake.answer) == said:
            return feedback.incorrect(
                item,
                f"the expected mistake {mistake.answer!r}",
                final=final,
                misconception=mistake.misconception,
            )
    return None


def normalised(text: str) -> str:
    """The text for comparing.

    Signs that carry meaning stay, for `x > 3` is not `x < 3`, nor `-3` the same as `3`.
    """
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+", lambda match: f"^{match[0].translate(RAISED)}", text)
    text = re.sub(r"\\[,;:! ]|\\(?:text|mathrm|left|right)\b|[$\\`]", " ", text)
    text = unicodedata.normalize("NFKD", text.translate(SAME)).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = re.sub(r"(?<=\w)['’](?=\w)|['’]", "", text)
    text = re.sub(HYPHEN, " ", text)
    text = "".join(letter if _matters(letter) else " " for letter in text)
    words = [DIGITS.get(word, word) for word in text.split()]
    kept = [word for word in words if word not in ARTICLES] or words
    kept = re.sub(LEAD_IN, "", " ".join(kept)).split() or kept
    return re.sub(r" ?([^\w\s]) ?", r"\1", " ".join(kept))


HYPHEN = r"(?<=[^\W\d]{2})-(?=[^\W\d])|(?<=[^\W\d])-(?=[^\W\d]{2})|-(?!\s*(?:\d|[^\W\d]\b))"
"""Between words or after them; before a number or a letter it is a minus."""
SAME = str.maketrans({"−": "-", "–": "-", "—": "-", "&": " and ", "≤": "<=", "≥": ">=", "×": "*"})
ARTICLES = frozenset({"a", "an", "the"})
LEAD_IN = r"^(?:(?:i think|it is|its|it s|answer is|this is|called)\s+)+"
NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve"
DIGITS = {word: str(number) for number, word in enumerate(NUMBERS.split())}


def _matters(letter: str) -> bool:
    return letter in "-/%#*_" or unicodedata.category(letter)[0] in "LNS"
