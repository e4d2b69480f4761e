"""Syllabi: what the model is told, and the drafts on the way to a valid one."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial

from pydantic import ValidationError

from techtree.languages import english_name
from techtree.tutor.author import (
    ConceptDraft,
    LessonDraft,
    ModuleDraft,
    SyllabusBrief,
    SyllabusDraft,
)
from techtree.tutor.model import Model, Partial, Shape, Size, Task, UnusableError, clip
from techtree.tutor.outline import Concept, Module, Outline, problems_of, tidied, tidied_modules
from techtree.tutor.prompts import Prompt, fill
from techtree.tutor.tongues import is_in

SIZE = Size(tokens=12_000, characters=60_000)
"""80 lessons and their concepts are about 10,000 tokens and 40,000 characters."""


async def draft_syllabus(model: Model, brief: SyllabusBrief) -> AsyncGenerator[SyllabusDraft, None]:
    """Yield a draft whenever a further module is decided, and last the valid syllabus."""
    task = Task(brief.purpose, SIZE, lambda room: syllabus_prompt(brief, room))
    shape = Shape("syllabus", Outline, partial(_checked, brief.language))
    shown = -1
    async with aclosing(model.object(task, shape)) as answers:
        async for answer in answers:
            if isinstance(answer, Outline):
                yield _draft(answer.title, answer.summary, answer.modules, answer.concepts, True)
            elif (draft := _decided(answer)) is not None and len(draft.modules) > shown:
                shown = len(draft.modules)
                yield draft


def syllabus_prompt(brief: SyllabusBrief, room: int) -> Prompt:
    """The prompt; a topic that takes up the whole room is clipped."""
    values = {
        "topic": clip(brief.topic, room // 4),
        "level": brief.level.value,
        "language": english_name(brief.language),
    }
    return fill("syllabus", values)


def _checked(language: str, outline: Outline) -> Outline:
    outline = tidied(outline)
    problems = problems_of(outline)
    said = " ".join(text for part in outline.parts for text in (part.title, part.summary))
    if not is_in(said, language):
        problems.append(f"It is not in {english_name(language)}, as titles and summaries must be.")
    if problems:
        raise UnusableError(problems)
    return outline


def _decided(partial: Partial) -> SyllabusDraft | None:
    """What of an unfinished answer will stay: not its last module, which still grows."""
    title, summary = partial.get("title"), partial.get("summary")
    if not (isinstance(title, str) and isinstance(summary, str)) or "concepts" not in partial:
        return None
    modules = partial.get("modules")
    try:
        whole = [Module.model_validate(module) for module in (modules or [])[:-1]]
    except (ValidationError, TypeError):
        return None
    return _draft(title, summary, tidied_modules(whole), [], False)


def _draft(
    title: str, summary: str, modules: list[Module], concepts: list[Concept], final: bool
) -> SyllabusDraft:
    return SyllabusDraft(
        title=title,
        summary=summary,
        modules=tuple(
            ModuleDraft(
                module.title,
                module.summary,
                tuple(
                    LessonDraft(
                        lesson.title,
                        lesson.summary,
                        tuple(lesson.teaches),
                        tuple(lesson.builds_on),
                    )
                    for lesson in module.lessons
                ),
            )
            for module in modules
        ),
        concepts=tuple(ConceptDraft(c.key, c.name, tuple(c.builds_on)) for c in concepts),
        final=final,
    )
