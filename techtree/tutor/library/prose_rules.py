"""What a lesson's prose must have: a readable text, a picture, a summary, links back."""

import re
from collections.abc import Iterator
from itertools import pairwise

from markdown_it.token import Token

from techtree.status import Level
from techtree.tutor.library.courses import Course, CourseLesson, CourseLevel
from techtree.tutor.library.markdown import parse, plain, spans
from techtree.tutor.library.pictures import pictures_in
from techtree.tutor.library.problems import Problem

GRADES = {
    Level.BEGINNER: (3, 10),
    Level.EARLY_LEARNER: (3, 11),
    Level.GOOD_KNOWLEDGE: (3, 12.5),
    Level.ADVANCED: (3, 14),
}
"""Least and most years of schooling that the text asks for."""
SUMMARY_SENTENCES = 3
TELLING = 6
"""Words from which on a sentence that comes twice is no accident."""


def check_prose(lesson: CourseLesson, syllabus: CourseLevel) -> Iterator[Problem]:
    tokens = parse(lesson.body)
    grade, (least, most) = grade_of(" ".join(_paragraphs(tokens))), GRADES[syllabus.level]
    if not least <= grade <= most:
        advice = (
            "Shorten the sentences and choose plainer words."
            if grade > most
            else "Join some of the sentences."
        )
        yield lesson.problem(
            0,
            f"The text reads like grade {grade:.1f}; at this level it may be {least} to {most}",
            advice,
        )
    if not pictures_in(lesson):
        yield lesson.problem(0, "The lesson has no picture", "Draw what words can't show.")
    yield from _summary(lesson, tokens)
    yield from _links_back(lesson, tokens, syllabus)


def check_repetition(course: Course) -> Iterator[Problem]:
    """Sentences that stand in two lessons of a course."""
    first: dict[str, CourseLesson] = {}
    for syllabus in course.syllabi:
        for lesson in syllabus.lessons:
            for token in parse(lesson.body):
                if token.type != "inline":
                    continue
                for sentence in sentences(_said(token)):
                    said = _WORD.findall(sentence.casefold())
                    earlier = first.setdefault(" ".join(said), lesson)
                    if len(said) >= TELLING and earlier is not lesson:
                        yield lesson.problem(
                            token.map[0] if token.map else 0,
                            f"“{earlier.title}” has this sentence, too: “{sentence[:70]}”",
                            "Say here what belongs to this lesson alone.",
                        )


def grade_of(text: str) -> float:
    """The school grade that a text asks for.

    J. P. Kincaid and others, Derivation of new readability formulas, 1975.
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    per_sentence = len(words) / max(1, len(sentences(text)))
    return 0.39 * per_sentence + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def sentences(text: str) -> list[str]:
    found = re.split(r"(?<=[.?!])[”’\")]*\s+(?=[^a-z\s])", text.strip())
    return [sentence for sentence in found if _WORD.search(sentence)]


def _syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end: near enough for an average."""
    bare = re.sub(r"(?<=[^aeiouyl])(?:es|ed|e)$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", bare)))


def _paragraphs(tokens: list[Token]) -> Iterator[str]:
    for opening, inline in pairwise(tokens):
        # A formula that ends a paragraph takes the full stop with it.
        if opening.type == "paragraph_open" and (text := plain(inline).strip()):
            yield text if text.endswith((".", "?", "!")) else f"{text}."


def _said(inline: Token) -> str:
    """The text with formulas and code in it, in marks, so that none of them is taken for words."""
    marks = {"text": "", "text_special": "", "math_inline": "$", "code_inline": "`"}
    return "".join(
        f"{mark}{child.content}{mark}"
        if (mark := marks.get(child.type)) is not None
        else " " * (child.type in ("softbreak", "hardbreak"))
        for child in inline.children or []
    )


def _summary(lesson: CourseLesson, tokens: list[Token]) -> Iterator[Problem]:
    headings = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
    if not headings:
        return
    text = " ".join(_said(token) for token in tokens[headings[-1] + 3 :] if token.type == "inline")
    count = len(sentences(text))
    if count != SUMMARY_SENTENCES:
        mapped = tokens[headings[-1]].map
        yield lesson.problem(
            mapped[0] if mapped else 0,
            f"The summary has {count} sentences",
            "Say it in three: what a learner should remember when all else is forgotten.",
        )


def _links_back(
    lesson: CourseLesson, tokens: list[Token], syllabus: CourseLevel
) -> Iterator[Problem]:
    linked = {
        str(token.attrs.get("href", "")).removesuffix(".md")
        for inline in tokens
        if inline.type == "inline"
        for token, _ in spans(inline)
        if token.type == "link_open"
    }
    for other in syllabus.lessons:
        needed = [key for key in lesson.builds_on if key in other.teaches]
        if needed and other.slug not in linked:
            yield Problem(
                lesson.path,
                needed[0].line,
                f"The lesson builds on “{other.title}” and doesn't link to it",
                f"Write `[{other.title}]({other.slug}.md)` where it is needed first.",
            )


_WORD = re.compile(r"[^\W\d_][\w'’-]*")
