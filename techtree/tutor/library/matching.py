"""Whether what a learner typed names a course's topic."""

from collections.abc import Iterable

from techtree.tutor.library.words import typing_slips, words


def distance(typed: str, topics: Iterable[str]) -> int | None:
    """Slips between what was typed and the nearest of a course's names; None when none is meant.

    Case, plural, punctuation, word order, small typing slips and the words around a topic ("I want
    to learn …", "introduction to …") don't matter. Any other word does: to offer algebra for the
    algebra of sets would be worse than to say that there is no such course.
    """
    asked = _topic_words(typed)
    slips = [_slips(asked, _topic_words(topic)) for topic in topics]
    return min((found for found in slips if found is not None), default=None)


def _topic_words(text: str) -> list[str]:
    found = list(dict.fromkeys(words(text)))
    # A topic made of such words alone, as “How to study”, is named by them.
    return [word for word in found if word not in _AROUND_A_TOPIC] or found


def _slips(asked: list[str], topic: list[str]) -> int | None:
    if not asked or not topic:
        return None
    return _word_by_word(asked, topic) if len(asked) == len(topic) else _run_together(asked, topic)


def _word_by_word(asked: list[str], topic: list[str]) -> int | None:
    total = 0
    left = list(asked)
    for meant in topic:
        near = [(slips, word) for word in left if (slips := typing_slips(word, meant)) is not None]
        if not near:
            return None
        slips, word = min(near)
        left.remove(word)
        total += slips
    return total


def _run_together(asked: list[str], topic: list[str]) -> int | None:
    """Compare without the spaces, for “eigen values” and “linearalgebra”."""
    if abs(len(asked) - len(topic)) > 1:
        return None
    slips = typing_slips("".join(asked), "".join(topic))
    # The space is the slip; a second one would make too many words alike.
    return 1 if slips == 0 else None


_POLITE_WORDS = """
101 a about absolute advanced all also am an and anything basic beginner beginning brush can class
complete course crash do dont dummies easy elementary everything explain first for foundation from
full fundamental get give guide have help how i id im in intermediate into intro introduction
introductory is it know learn learner learning lesson let level like little ll me more my need
newbie nothing of on please primer quick scratch short simple some start starter starting study
studying syllabus teach tell that the thing this to topic tutorial understand understanding up want
wanna we what with work would you
"""
_AROUND_A_TOPIC = frozenset(words(_POLITE_WORDS))
