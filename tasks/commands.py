"""What each command of the command line does. Each returns the exit status."""

# ruff: noqa: T201
import json
import sys
from collections.abc import Callable
from uuid import UUID

from piccolo.table import Table

from tasks import jobs, lessons, progress
from tasks.lessons import write_lesson
from tasks.messages import reply_to_message
from tasks.questions import grade_answer, write_question
from tasks.queue import enqueue as put_into_queue
from tasks.syllabi import draft_syllabus
from techtree import prices
from techtree.languages import SOURCE
from techtree.lessons import Lesson, LessonVersion
from techtree.messages import Message
from techtree.settings import get_settings
from techtree.status import Level, Status
from techtree.syllabi import MAX_TOPIC, Syllabus
from techtree.tutor.library import find_course, load_courses

DONE, FAILED = 0, 1

ACTORS = {
    actor.actor_name: actor
    for actor in (draft_syllabus, write_lesson, reply_to_message, write_question, grade_answer)
}

KEPT = "Redis is away. The work is kept, and starts when the queue is back."


class UsageError(Exception):
    """The words of the command don't fit; `str(error)` says which."""


def list_actors(*, as_json: bool) -> int:
    actors = {name: (actor.fn.__doc__ or "").strip() for name, actor in ACTORS.items()}
    if as_json:
        print(json.dumps(actors, indent=2))
    else:
        for name, description in actors.items():
            print(f"{name:18} {description}")
    return DONE


async def enqueue(actor: str, subject: str, level: Level, *, language: str, wait: bool) -> int:
    match actor:
        case "draft_syllabus":
            return await _draft_syllabus(subject, level, language, wait=wait)
        case "write_lesson":
            return await _write_lesson(_uuid(subject), wait=wait)
        case "write_question" | "grade_answer":
            return await _again(_uuid(subject))
        case _:
            return await _reply(_uuid(subject), wait=wait)


async def _draft_syllabus(topic: str, level: Level, language: str, *, wait: bool) -> int:
    topic = " ".join(topic.split())
    if not topic or len(topic) > MAX_TOPIC:
        raise UsageError(f"a topic has 1 to {MAX_TOPIC} characters")
    if get_settings().teaches_from_library and find_course(topic, level) is None:
        shelf = "; ".join(course.title for course in load_courses())
        raise UsageError(
            f"the starter library has no course on “{topic}”. It has: {shelf}."
            " Set TECHTREE_MODEL to draft any topic"
        )
    if get_settings().teaches_from_library and language != SOURCE:
        raise UsageError("the starter library teaches in English; set TECHTREE_MODEL for others")
    syllabus = await Syllabus.ask_for_catalogue(topic, level, language)
    _tell_if_kept(await put_into_queue(draft_syllabus, syllabus.id))
    address = f"{get_settings().address}/syllabi/{syllabus.id}"
    if wait:
        drafted = await progress.watch_syllabus(syllabus.id)
        if drafted.status != Status.COMPLETE:
            return _failed(drafted.failure)
    print(address)
    return DONE


async def _write_lesson(lesson_id: UUID, *, wait: bool) -> int:
    lesson = await Lesson.objects().get(Lesson.id == lesson_id)
    if lesson is None:
        raise UsageError(f"there is no lesson {lesson_id}")
    version = await lesson.write_again()
    _tell_if_kept(await put_into_queue(write_lesson, version.id))
    if wait:
        written = await progress.watch_text(
            lambda: LessonVersion.objects().get(LessonVersion.id == version.id).run()
        )
        if written.status != Status.COMPLETE:
            return _failed(written.failure)
    print(f"{get_settings().address}/lessons/{lesson.id}")
    return DONE


async def _reply(message_id: UUID, *, wait: bool) -> int:
    message = await Message.objects().get((Message.id == message_id) & (Message.role == "tutor"))
    if message is None:
        raise UsageError(f"there is no message of the tutor {message_id}")
    if not Status(message.status).is_open and not await jobs.retry(Message, message_id):
        raise UsageError("this message is answered already")
    _tell_if_kept(await put_into_queue(reply_to_message, message_id))
    if wait:
        answered = await progress.watch_text(
            lambda: Message.objects().get(Message.id == message_id).run()
        )
        if answered.status != Status.COMPLETE:
            return _failed(answered.failure)
    print(message_id)
    return DONE


async def _again(row: UUID) -> int:
    """A question or a grading is owed by its row; this asks for it now."""
    found = await jobs.find(row)
    if found is None:
        raise UsageError(f"there is no question and no grading {row}")
    table, job = found
    if not Status(job.status).is_open and not await jobs.retry(table, row):
        raise UsageError(f"{job.kind} {row} is {job.status} already")
    _tell_if_kept(await put_into_queue(jobs.actor_of(table), row))
    print(row)
    return DONE


async def prepare(syllabus_id: UUID, *, may_start: Callable[[str], bool]) -> int:
    """Write all lessons that have no text yet, unless their price is too high."""
    syllabus = await Syllabus.objects().get(Syllabus.id == syllabus_id)
    if syllabus is None:
        raise UsageError(f"there is no syllabus {syllabus_id}")
    if syllabus.status != Status.COMPLETE:
        raise UsageError(f"the syllabus is {syllabus.status}; its lessons are not decided")
    if not may_start(str(await prices.of_lessons(await syllabus.unwritten()))):
        return DONE
    ended = await progress.watch_lessons(await lessons.prepare(syllabus))
    failures = [version for version in ended if version.status != Status.COMPLETE]
    for version in failures:
        print(f"{version.id} {version.status}: {version.failure}", file=sys.stderr)
    print(f"{get_settings().address}/syllabi/{syllabus.id}")
    return FAILED if failures else DONE


async def status(*, as_json: bool) -> int:
    queues, tasks = jobs.waiting(), await jobs.counts()
    if as_json:
        print(json.dumps({"queues": queues, "tasks": tasks}, indent=2))
        return DONE
    for queue, length in queues.items():
        print(f"queue {queue:12} {length} waiting")
    for actor, rows in tasks.items():
        states = ", ".join(f"{count} {state}" for state, count in rows.items()) or "none yet"
        print(f"{actor:18} {states}")
    return DONE


async def dead(*, as_json: bool) -> int:
    failed = await jobs.failed()
    if as_json:
        print(json.dumps([job.as_dict() for job in failed], indent=2))
    elif not failed:
        print("Nothing failed.")
    for job in failed if not as_json else ():
        print(f"{job.id}  {job.kind:16}  {job.subject}\n    {job.failure}")
    return DONE


async def retry(job: UUID) -> int:
    table, found = await _find(job)
    if not await jobs.retry(table, job):
        raise UsageError(f"{found.kind} {job} is {found.status}; only failed or stopped work is")
    print(f"{found.kind} of “{found.subject}” is tried again")
    return DONE


async def cancel(job: UUID) -> int:
    table, found = await _find(job)
    if not await jobs.cancel(table, job):
        raise UsageError(f"{found.kind} {job} is {found.status}; there is nothing to end")
    print(f"{found.kind} of “{found.subject}” is stopped")
    return DONE


async def _find(job: UUID) -> tuple[type[Table], jobs.Job]:
    found = await jobs.find(job)
    if found is None:
        raise UsageError(f"there is no task {job}")
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise UsageError(f"“{text}” is not an id; ids stand in the addresses of pages") from None


def _tell_if_kept(queued: bool) -> None:
    if not queued:
        print(KEPT, file=sys.stderr)


def _failed(reason: str) -> int:
    print(reason or "It was stopped.", file=sys.stderr)
    return FAILED
