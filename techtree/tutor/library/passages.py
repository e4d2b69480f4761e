"""Finding the passages of a course that answer a question best."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from techtree.tutor.library.markdown import parse, plain
from techtree.tutor.library.words import typing_slips, words

K1, B = 1.2, 0.75
"""How soon repetition stops to count, and how much a long passage is held back."""
AKIN = 5
"""First letters that make an unknown word akin to a known one, as “invertible” to “inverse”."""
OWN_LESSON = 1.5
"""How much more a passage counts in the lesson that the learner is reading."""
DEFINITION = 3
"""As how many further occurrences of a term its definition counts."""
SHORTEST = 0.7
"""The part of the mean length from which a passage gains nothing by being shorter still."""
COVERED = 0.4
"""The part of a question's weight that a passage must contain to be relevant."""
LONGEST_QUESTION = 40
"""Meaningful words that are searched for; a whole page pasted as a question must not take long."""
NEAR_BEST = 0.6
"""The part of the best passage's score that further ones need."""


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    lesson: str
    """The lesson's slug."""
    title: str
    """The lesson's title."""
    heading: str
    """The heading it stands under; empty before the first."""
    position: int
    """Its place among the passages of its lesson."""
    text: str
    """Whole blocks of Markdown: a formula, list or table stays with the text that leads to it."""
    defines: tuple[str, ...]
    """The terms in bold, which it explains."""
    terms: Counter[str]


def cut(slug: str, title: str, body: str, about: str = "") -> Iterator[Passage]:
    """Cut a lesson into passages that can be quoted alone.

    `about` says in other words what the lesson teaches, and is searched with each of them.
    """
    lines = body.split("\n")
    position, heading, parts, terms = 0, "", list[str](), Counter[str]()

    def passage() -> Passage:
        text = "\n\n".join(parts)
        defines = tuple(_DEFINED.findall(text))
        counted = terms + _counted(f"{title} {heading} {about}")
        for term in defines:
            # For “what is …?” there is no better place than the one that explains it.
            for word in set(_counted(term)):
                counted[word] += DEFINITION
        return Passage(slug, title, heading, position, text, defines, counted)

    for block in _top_level(parse(body)):
        kind = block[0].type
        if kind == "paragraph_open" and _is_picture(block[1]):
            continue
        begin, end = block[0].map or (0, 0)
        text = "\n".join(lines[begin:end]).strip("\n")
        starts_anew = (
            kind == "paragraph_open"
            and not (parts and parts[-1].endswith(":"))
            and not (parts and parts[-1].endswith("$$") and text[:1].islower())
        )
        if parts and (kind in ("heading_open", "hr") or starts_anew):
            yield passage()
            position, parts, terms = position + 1, [], Counter()
        if kind == "heading_open":
            heading = " ".join(lines[begin:end]).strip("# ")
        elif kind != "hr":
            parts.append(text)
            for token in block:
                if token.type == "inline":
                    terms.update(_counted(plain(token)))
    if parts:
        yield passage()


class Index:
    """Passages, ready to be searched by BM25.

    S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
    Foundations and Trends in Information Retrieval 3(4), 2009, equation 3.15, with the smoothed
    inverse document frequency that can't be negative.
    """

    def __init__(self, passages: Iterable[Passage]) -> None:
        self.passages = tuple(passages)
        lengths = [passage.terms.total() for passage in self.passages]
        self._mean_length = sum(lengths) / max(1, len(lengths))
        self._holding = Counter(term for passage in self.passages for term in passage.terms)
        self._vocabulary = {
            word for passage in self.passages for word in words(f"{passage.text} {passage.title}")
        }

    def best(
        self, question: str, own: str, said: Sequence[str] = (), most: int = 3
    ) -> list[Passage]:
        """The passages that answer a question, the best first; none when nothing is relevant.

        `own` is the slug of the lesson being read. A passage that occurs in one of the texts that
        were `said` before is not repeated.
        """
        asked = {self._understood(word) for word in meaningful(question)[:LONGEST_QUESTION]}
        whole = sum(map(self._weight, asked))
        scored = [
            (self._score(asked, passage) * (OWN_LESSON if passage.lesson == own else 1), passage)
            for passage in self.passages
            if asked and self._covered(asked, passage) >= COVERED * whole and _answers(passage)
        ]
        scored = [pair for pair in scored if not any(_quoted(pair[1], text) for text in said)]
        scored.sort(key=lambda pair: pair[0], reverse=True)
        return [passage for score, passage in scored[:most] if score >= NEAR_BEST * scored[0][0]]

    def _understood(self, word: str) -> str:
        """The term for a word, or if the course hasn't it, for the one it was meant to be."""
        term = stem(word)
        if term in self._holding:
            return term
        slips = ((typing_slips(word, known), known) for known in self._vocabulary)
        near = min(((count, known) for count, known in slips if count is not None), default=None)
        if near is not None:
            return stem(near[1])
        akin = (known for known in self._holding if known[:AKIN] == word[:AKIN])
        return min(akin, default=term) if len(word) > AKIN else term

    def _score(self, asked: set[str], passage: Passage) -> float:
        relative_length = max(SHORTEST, passage.terms.total() / self._mean_length)
        saturation = K1 * (1 - B + B * relative_length)
        return sum(
            self._weight(term) * passage.terms[term] * (K1 + 1) / (passage.terms[term] + saturation)
            for term in asked
        )

    def _covered(self, asked: set[str], passage: Passage) -> float:
        return sum(self._weight(term) for term in asked if term in passage.terms)

    def _weight(self, term: str) -> float:
        # A word that the course hasn't may be rare or beside the point: it weighs like a rare one.
        holding = max(1, self._holding[term])
        return math.log(1 + (len(self.passages) - holding + 0.5) / (holding + 0.5))


def meaningful(text: str) -> list[str]:
    """The words of a question that say what it is about."""
    inlines = (token for token in parse(text) if token.type == "inline")
    return [word for inline in inlines for word in words(plain(inline)) if _is_meaningful(word)]


def stem(word: str) -> str:
    """At most seven letters that “multiply”, “multiplied” and “multiplication” have in common."""
    word = _ENDING.sub("", word)
    if word.endswith("y"):
        word = word[:-1] + "i"
    return (word[:-1] if word[-1:] == word[-2:-1] else word)[:7]


def _is_meaningful(word: str) -> bool:
    return len(word) > 1 and not word.isdigit() and word not in _ASKING


def _top_level(tokens: list[Token]) -> Iterator[list[Token]]:
    block: list[Token] = []
    for token in tokens:
        if token.level == 0 and token.nesting >= 0 and block:
            yield block
            block = []
        block.append(token)
    if block:
        yield block


def _is_picture(inline: Token) -> bool:
    return [child.type for child in inline.children or ()] == ["image"]


def _counted(text: str) -> Counter[str]:
    return Counter(stem(word) for word in words(text) if _is_meaningful(word))


def _answers(passage: Passage) -> bool:
    """Tell a passage that says something from one that only asks, as a lesson's first words do."""
    return not passage.text.endswith("?")


def _quoted(passage: Passage, said: str) -> bool:
    return " ".join(passage.text.split()) in " ".join(said.replace("\n>", "\n").split())


_DEFINED = re.compile(r"\*\*([\w-]+(?: [\w-]+){0,2})\*\*")
_ENDING = re.compile(r"(?<=\w{3})(?:ing|ed|e)$")
_ASKING_WORDS = """
a about actually again all also am an and another any anything are as ask at be because been being
but by can cant come could course did do does doesnt doing dont else ever every everything exactly
explain for from further get getting give go going got had happen has have he help her here him his
how i id if im in into is isnt it its ive just kind know learn lesson let like ll look main make
many matter may maybe me mean meaning meant might more most much must my need never no not now of
off ok okay on one only or other our out over part please point possible question quick quickly
quite rather re really right same say see shall she should show so some someone something sort still
such sure take tell than thank that the their them then there these they thing think this those to
too try trying two understand up us use used useful using ve very want was way we well were what
whats when where whether which while who why will with without wont word work would wrong yes yet
you your
"""
_ASKING = frozenset(words(_ASKING_WORDS))
