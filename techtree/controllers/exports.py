"""A syllabus and its questions, to take along."""

import asyncio
import re
from typing import TypeVar
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from techtree import exports, transport
from techtree.accounts import Learner
from techtree.assessments import answered_items
from techtree.controllers.guards import find_syllabus
from techtree.items import AnyItem
from techtree.transport import StoredSyllabus
from techtree.tutor.library import LibraryAuthor

C = TypeVar("C", str, bytes)


@get("/syllabi/{syllabus_id:uuid}/export.md")
async def markdown(
    syllabus_id: FromPath[UUID], learner: NamedDependency[Learner | None]
) -> Response[str]:
    stored = await _stored(syllabus_id, learner)
    text = await asyncio.to_thread(exports.as_markdown, stored)
    return _file(text, stored, "md", "text/markdown; charset=utf-8")


@get("/syllabi/{syllabus_id:uuid}/export.html")
async def page(
    syllabus_id: FromPath[UUID], learner: NamedDependency[Learner | None]
) -> Response[str]:
    stored = await _stored(syllabus_id, learner)
    text = await asyncio.to_thread(exports.as_page, stored)
    return _file(text, stored, "html", "text/html; charset=utf-8")


@get("/syllabi/{syllabus_id:uuid}/export.apkg")
async def deck(
    syllabus_id: FromPath[UUID], learner: NamedDependency[Learner | None]
) -> Response[bytes]:
    """All questions of a course of the library; of others those that this learner has answered,
    for no key leaves before that."""
    stored = await _stored(syllabus_id, learner)
    items: dict[str, AnyItem] = {}
    library = LibraryAuthor()
    for module in stored.modules:
        for lesson in module.lessons:
            items |= {item.text: item for item in library.questions_of(lesson.source)}
    if learner is not None:
        answered = await answered_items(learner.id, syllabus_id)
        items |= {item.text: item for item in answered}
    content = await asyncio.to_thread(
        exports.as_deck, syllabus_id, stored.title, list(items.values())
    )
    return _file(content, stored, "apkg", "application/octet-stream")


async def _stored(syllabus: UUID, learner: Learner | None) -> StoredSyllabus:
    await find_syllabus(syllabus, learner)
    stored = await transport.take_out(syllabus)
    if stored is None:
        # It is still being drafted.
        raise NotFoundException
    return stored


def _file(content: C, stored: StoredSyllabus, suffix: str, media_type: str) -> Response[C]:
    name = re.sub(r"[^a-z0-9]+", "-", stored.title.lower()).strip("-")[:80] or "syllabus"
    return Response(
        content,
        media_type=media_type,
        headers={
            # Kept as a file, so that it can never act as a page of ours.
            "Content-Disposition": f'attachment; filename="{name}.{suffix}"',
            "Cache-Control": "no-store",
        },
    )
