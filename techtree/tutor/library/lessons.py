"""What a lesson's text must have, and what would not show on its page."""

import posixpath
import re
from collections.abc import Iterator
from itertools import pairwise

from markdown_it.token import Token

from techtree.status import Level
from techtree.tutor.library.courses import CourseLesson, CourseLevel
from techtree.tutor.library.markdown import parse, plain, spans
from techtree.tutor.library.pictures import check_picture
from techtree.tutor.library.problems import Problem

WORDS = {
    Level.BEGINNER: (450, 1_100),
    Level.EARLY_LEARNER: (450, 1_150),
    Level.GOOD_KNOWLEDGE: (500, 1_200),
    Level.ADVANCED: (500, 1_300),
}
"""How few and how many words a lesson has, without formulas and code."""

EXAMPLE, SUMMARY = "Worked example", "Summary"


def check_lesson(lesson: CourseLesson, syllabus: CourseLevel) -> list[Problem]:
    """What is wrong with the lesson's text, from top to bottom."""
    tokens = parse(lesson.body)
    problems = [
        *_opening(lesson, tokens),
        *_headings(lesson, tokens),
        *_length(lesson, tokens, syllabus.level),
        *_blocks(lesson, tokens),
        *_lines(lesson, tokens, syllabus),
    ]
    return sorted(problems, key=lambda problem: problem.line)


def _opening(lesson: CourseLesson, tokens: list[Token]) -> Iterator[Problem]:
    first = tokens[:2]
    opens = len(first) == 2 and first[0].type == "paragraph_open" and "?" in plain(first[1])
    if not opens:
        yield lesson.problem(
            0,
            "The lesson doesn't open with a question",
            "Ask in the first paragraph what the lesson will answer.",
        )


def _headings(lesson: CourseLesson, tokens: list[Token]) -> Iterator[Problem]:
    found: list[tuple[str, int]] = []
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open" or opening.map is None:
            continue
        found.append((plain(inline).strip(), opening.map[0]))
        if opening.tag == "h1":
            yield lesson.problem(
                opening.map[0],
                "A heading with one # is the page's own title",
                "Begin this one with ##, or remove it when it repeats the title.",
            )
    if not any(text.casefold().startswith(EXAMPLE.casefold()) for text, _ in found):
        yield lesson.problem(
            0,
            "The lesson has no worked example",
            f"Add a section with the heading `## {EXAMPLE}`, or `## {EXAMPLE}: …`.",
        )
    if not found or found[-1][0].casefold() != SUMMARY.casefold():
        yield lesson.problem(
            found[-1][1] if found else 0,
            "The lesson doesn't end with a summary",
            f"Let its last section have the heading `## {SUMMARY}`.",
        )


def _length(lesson: CourseLesson, tokens: list[Token], level: Level) -> Iterator[Problem]:
    text = " ".join(plain(token) for token in tokens if token.type == "inline")
    count, (least, most) = len(_WORD.findall(text)), WORDS[level]
    if not least <= count <= most:
        advice = "Say more, or join it to another." if count < least else "Shorten or divide it."
        yield lesson.problem(
            0,
            f"The lesson has {count:,} words; at this level it needs {least:,} to {most:,}",
            advice,
        )


def _blocks(lesson: CourseLesson, tokens: list[Token]) -> Iterator[Problem]:
    lines = lesson.body.split("\n")
    for token in tokens:
        if token.map is None:
            continue
        begin, end = token.map
        if token.type == "html_block":
            yield _raw_html(lesson, begin)
        if token.type == "math_block" and not token.meta["closed"]:
            yield lesson.problem(
                begin,
                "This formula has no closing `$$`",
                "Put `$$` on a line of its own after it.",
            )
        closing = lines[min(end, len(lines)) - 1].strip(" \t>")
        if token.type == "fence" and (end - begin < 2 or not closing.startswith(token.markup)):
            yield lesson.problem(
                begin,
                "This block of code is never closed",
                f"Put {token.markup} on a line of its own after it.",
            )


def _lines(lesson: CourseLesson, tokens: list[Token], syllabus: CourseLevel) -> Iterator[Problem]:
    for inline in tokens:
        if inline.type != "inline":
            continue
        if "$$" in _CODE.sub("", inline.content):
            yield lesson.problem(
                inline.map[0] if inline.map else 0,
                "`$$` stands within a paragraph",
                "Put it on a line of its own with an empty line around the formula,"
                " or write a formula within a sentence between single `$`.",
            )
        for token, line in spans(inline):
            if token.type == "html_inline":
                yield _raw_html(lesson, line)
            if token.type == "text" and "$" in token.content and "$$" not in token.content:
                yield lesson.problem(
                    line,
                    "This `$` marks no formula",
                    r"Close the formula, or write `\$` for a dollar. A closed one that looks like"
                    r" two words needs a sign of being maths, such as `\,` between them.",
                )
            if token.type == "image":
                yield from check_picture(token, lesson, line)
            if token.type == "link_open":
                yield from _link(lesson, str(token.attrs.get("href", "")), line, syllabus)


def _raw_html(lesson: CourseLesson, line: int) -> Problem:
    return lesson.problem(
        line,
        "HTML is shown as it is written",
        r"Say it in Markdown, or put a backslash before `<` when it isn't meant as HTML.",
    )


def _link(lesson: CourseLesson, href: str, line: int, syllabus: CourseLevel) -> Iterator[Problem]:
    if re.match(r"(?:https?://|mailto:)\S", href):
        return
    inside = posixpath.normpath(href)
    if not href.endswith(".md") or inside.startswith(("/", "../..")):
        yield lesson.problem(
            line,
            f"The link to `{href}` leads nowhere",
            "Link to another lesson as `its-name.md`, or to an address that begins with https.",
        )
    elif not (lesson.path.parent / inside).is_file():
        yield lesson.problem(
            line,
            f"There is no lesson `{href}`",
            f"Correct the name; the lessons here are in {syllabus.path.parent.name}.",
        )


_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
