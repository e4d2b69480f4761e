"""One function for each thing on a page that changes: the HTML that replaces it.

The same partials make the page, answer a POST and travel in the stream. What is made here never
depends on who looks at it.
"""

import logging
from collections.abc import Awaitable, Iterable
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from redis.exceptions import RedisError

from techtree import progress, prose
from techtree.connections import redis
from techtree.lessons import Lesson, LessonVersion
from techtree.live.channels import Channel, of_learner, of_lesson, of_study, of_syllabus
from techtree.live.log import Log
from techtree.messages import Conversation, Message
from techtree.prose import Block
from techtree.rendering import render
from techtree.status import Status
from techtree.syllabi import Syllabus
from techtree.tree import tree

logger = logging.getLogger(__name__)


@cache
def log() -> Log:
    """The log that this process publishes to and reads from."""
    return Log(redis())


async def afresh(channel: Channel) -> str:
    """Every region that the channel carries, as the rows are now."""
    match channel.kind:
        case "syllabus":
            return await syllabus_tree(channel.row)
        case "lesson":
            newest = await LessonVersion.newest_of(channel.row)
            return lesson_content(channel.row, newest, await Lesson.language_of(channel.row))
        case "study":
            # Imported here: what learning publishes goes through this module.
            from techtree.live import learning  # noqa: PLC0415

            return f"{await chat_history(channel.row)}\n{await learning.of_a_study(channel.row)}"
        case "placement":
            from techtree.live import learning  # noqa: PLC0415

            return await learning.placement(channel.row)
        case "learner":
            return render("dashboard/_refresh.html", swap_oob=True)


async def announce(publication: Awaitable[None]) -> None:
    """Publish if Redis is there. The rows are right without it, and the asker sees its answer."""
    try:
        await publication
    except (RedisError, OSError) as error:
        logger.warning("An update could not be announced: %s", error)


# The tree


async def syllabus_tree(syllabus: UUID) -> str:
    """The whole tree, and the outline that lesson pages show."""
    found = await Syllabus.objects().get(Syllabus.id == syllabus)
    if found is None:
        return ""
    modules = await progress.outline(found)
    return render("syllabi/_updates.html", syllabus=found, modules=modules, tree=tree(modules))


async def show_syllabus(syllabus: UUID) -> None:
    """Publish the tree as it is stored."""
    await log().publish(of_syllabus(syllabus), await syllabus_tree(syllabus))
    await show_dashboard(syllabus)


async def show_dashboard(syllabus: UUID) -> None:
    """Tell the own page of the syllabus' learner that it is no longer up to date."""
    found = await Syllabus.objects().get(Syllabus.id == syllabus)
    if found is not None and found.learner is not None:
        mine = of_learner(found.learner)
        await log().publish(mine, await afresh(mine))


# The lesson


def lesson_content(lesson: UUID, version: LessonVersion | None, taught_in: str) -> str:
    """The whole content area, with all its blocks; `taught_in` is their language."""
    return render(
        "lessons/_content.html",
        lesson_id=lesson,
        taught_in=taught_in,
        version=version,
        blocks=blocks_of(version.content, open_end=Status(version.status).is_open)
        if version
        else [],
        swap_oob=True,
    )


def lesson_status(lesson: UUID, version: LessonVersion) -> str:
    """The content area's status line. The blocks above it stay as they are."""
    return render("lessons/_status.html", lesson_id=lesson, version=version, swap_oob=True)


async def show_lesson(version: UUID) -> None:
    """Publish the content area of a version as it is stored."""
    found = await LessonVersion.objects().get(LessonVersion.id == version)
    if found is None:
        return
    await log().publish(
        of_lesson(found.lesson),
        lesson_content(found.lesson, found, await Lesson.language_of(found.lesson)),
        region="content",
        fence=found.fence(found.attempt),
    )
    lesson = await Lesson.objects().get(Lesson.id == found.lesson)
    if lesson is not None:
        await show_syllabus(lesson.syllabus)


# The conversation


async def chat_history(study: UUID) -> str:
    """The newest of the conversation, whatever else of it a page has shown."""
    conversation = await Conversation.of(study)
    wiped = await Message.exists().where((Message.study == study) & Message.wiped_at.is_not_null())
    return render("messages/_history.html", **shown(conversation), wiped=wiped, swap_oob=True)


async def earlier_messages(study: UUID, before: int) -> str:
    """What was said before a position, put above what is shown."""
    return render("messages/_earlier.html", **shown(await Conversation.of(study, before)))


def shown(conversation: Conversation) -> dict[str, Any]:
    """A conversation as the templates want it."""
    first = conversation.messages[0].position if conversation.has_earlier else None
    return {"messages": with_blocks(conversation.messages), "earlier": first}


def message(*rows: Message) -> str:
    """Messages, each put where it belongs in the conversation or over its older self."""
    return render("messages/_upsert.html", messages=with_blocks(rows))


def message_status(row: Message) -> str:
    """Where an answer stands. The blocks of its text stay as they are."""
    return render("messages/_status.html", message=row, swap_oob=True)


async def show_message(row: UUID) -> None:
    """Publish a message as it is stored."""
    found = await Message.objects().get(Message.id == row)
    if found is not None:
        await log().publish(
            of_study(found.study),
            message(found),
            region=f"message-{found.id}",
            fence=found.attempt,
        )


async def show_messages(study: UUID, *rows: Message) -> None:
    """Publish messages that are new to the conversation."""
    await log().publish(of_study(study), message(*rows))


async def show_history(study: UUID) -> None:
    await log().publish(of_study(study), await chat_history(study))


# Prose


def block(prefix: str, piece: Block) -> str:
    """One block of a text, put in its place or over its older self."""
    return render("lessons/_block_update.html", prefix=prefix, block=piece)


def blocks_of(markdown: str, *, open_end: bool) -> list[Block]:
    """The blocks of a stored text; with `open_end` the last one may still grow."""
    if not open_end:
        return list(_finished(markdown))
    return prose.ProseStream(markdown).changed()


@lru_cache(maxsize=256)
def _finished(markdown: str) -> tuple[Block, ...]:
    return tuple(prose.render(markdown))


class MessageView:
    """A message with its text as blocks, as the templates want it."""

    def __init__(self, row: Message) -> None:
        self.id = row.id
        self.role = row.role
        self.status = row.status
        self.failure = row.failure
        self.position = row.position
        self.intent = row.intent
        self.content = row.content
        self.blocks = blocks_of(row.content, open_end=Status(row.status).is_open)


def with_blocks(messages: Iterable[Message]) -> list[MessageView]:
    return [MessageView(row) for row in messages]
