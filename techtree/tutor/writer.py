"""Lessons: what the model is told, and its text without what the page already shows."""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from techtree.languages import english_name
from techtree.tutor.author import LessonBrief, WrongLanguageError
from techtree.tutor.model import Model, Size, Task, newest_that_fit, tokens_in
from techtree.tutor.prompts import Prompt, fill
from techtree.tutor.tongues import beginning, is_in

SIZE = Size(tokens=8_000, characters=20_000)
"""1,200 words with formulas are some 3,000 tokens and 9,000 characters; the rest is to think."""

FIRST_LINES = 300
"""Characters to wait for what may be a fence and a title; together they are shorter."""


async def write_lesson(model: Model, brief: LessonBrief) -> AsyncGenerator[str, None]:
    """Yield the lesson's Markdown in pieces."""
    for asks_again in (False, True):
        task = Task(brief.purpose, SIZE, partial(lesson_prompt, brief, asks_again=asks_again))
        async with aclosing(model.text(task)) as pieces:
            text = without_wrapping(pieces, brief.title)
            start = await beginning(text, brief.language)
            if not is_in(start, brief.language):
                continue
            if start:
                yield start
            async for piece in text:
                yield piece
            return
    raise WrongLanguageError(brief.language)


def lesson_prompt(brief: LessonBrief, room: int, *, asks_again: bool = False) -> Prompt:
    """The prompt in at most `room` tokens: the nearest lessons are named before those far off."""
    alone = _filled(replace(brief, earlier=(), later=()), asks_again)
    spare = room - tokens_in(alone.request) - INSTRUCTIONS
    earlier = newest_that_fit(brief.earlier, spare * 2 // 3)
    later = newest_that_fit(brief.later[::-1], spare // 4)[::-1]
    return _filled(replace(brief, earlier=tuple(earlier), later=tuple(later)), asks_again)


INSTRUCTIONS = 1_200
"""Tokens, by our estimate, that the instructions take."""


def _filled(brief: LessonBrief, asks_again: bool) -> Prompt:
    values = {
        "topic": brief.topic,
        "level": brief.level.value,
        "course": f"{brief.syllabus}: {brief.module}",
        "title": brief.title,
        "summary": brief.summary,
        "teaches": _listed(brief.teaches),
        "builds_on": _listed(brief.builds_on),
        "earlier": _listed(brief.earlier),
        "later": _listed(brief.later),
        "wish": brief.wish,
        "language": english_name(brief.language),
        "asks_again": asks_again,
    }
    return fill("lesson", values)


def _listed(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {line}" for line in lines)


async def without_wrapping(pieces: AsyncIterator[str], title: str) -> AsyncIterator[str]:
    """The text without a code fence around all of it, and without the title as a first heading."""
    start = ""
    async for piece in pieces:
        start += piece
        if _is_settled(start):
            break
    body, fenced = _without_fence(start)
    shown, held = _hold_back(_without_title(body, title).lstrip("\n"), fenced)
    if shown:
        yield shown
    async for piece in pieces:
        shown, held = _hold_back(held + piece, fenced)
        if shown:
            yield shown
    if held and not re.fullmatch(r"\s*```\s*", held):
        yield held


def _is_settled(start: str) -> bool:
    """Whether enough has come to know what wraps the text: nothing, or its first two lines."""
    text = start.lstrip()
    if text and text[0] not in "#*`":
        return True
    lines = len(re.findall(r"\S[^\n]*\n", text))
    return len(text) > FIRST_LINES or (lines >= 2 and not text[-1].isspace())


def _without_fence(text: str) -> tuple[str, bool]:
    rest = re.sub(r"^\s*```(?:markdown|md)[ \t]*\n", "", text)
    return rest, rest != text


def _without_title(text: str, title: str) -> str:
    match = re.match(r"\s*(?:(#{1,6})\s+(.*?)|\*\*(.+?)\*\*)[ \t]*(?:\n\s*|\Z)", text)
    if match is None:
        return text
    said, wanted = _letters(match[2] or match[3] or ""), _letters(title)
    repeats = match[1] == "#" or (wanted and said.endswith(wanted))
    return text[match.end() :] if repeats else text


def _letters(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


def _hold_back(text: str, fenced: bool) -> tuple[str, str]:
    """What may be shown, and what may be the end of the outer fence."""
    match = re.search(r"\n`{0,3}\s*\Z", text) if fenced else None
    return (text, "") if match is None else (text[: match.start()], text[match.start() :])
