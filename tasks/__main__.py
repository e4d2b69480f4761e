"""The command line of the tasks: `python -m tasks --help`."""

import argparse
import asyncio
import logging
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import redis.exceptions
from asyncpg import PostgresError

from tasks import commands, courses
from techtree.connections import close_database, open_database
from techtree.status import Level
from techtree.tutor.library import LIBRARY

DONE, FAILED, WRONG_USAGE = 0, 1, 2

EPILOG = """\
examples:
  python -m tasks enqueue draft_syllabus "Linear algebra" --level beginner --wait
  python -m tasks enqueue write_lesson LESSON --wait
  python -m tasks prepare SYLLABUS
  python -m tasks status --json
  python -m tasks retry ID

exit status: 0 done, 1 the task failed, 2 wrong usage"""


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    try:
        return asyncio.run(_run(options))
    except commands.UsageError as error:
        print(f"tasks: {error}", file=sys.stderr)  # noqa: T201
        return WRONG_USAGE
    except (PostgresError, OSError) as error:
        print(f"tasks: PostgreSQL does not answer: {error}", file=sys.stderr)  # noqa: T201
        return FAILED
    except redis.exceptions.RedisError as error:
        print(f"tasks: Redis does not answer: {error}", file=sys.stderr)  # noqa: T201
        return FAILED
    except KeyboardInterrupt:
        print("\ntasks: no longer watching; the work goes on", file=sys.stderr)  # noqa: T201
        return 130


async def _run(options: argparse.Namespace) -> int:
    if options.command == "library" and options.action == "check":
        return courses.check(options.path)
    if options.command == "library" and options.action == "new":
        return courses.new(options.title, options.library)
    if options.command == "list":
        return commands.list_actors(as_json=options.json)
    await open_database()
    try:
        library = options.command == "library"
        return await (_library(options) if library else _command(options))
    finally:
        await close_database()


async def _command(options: argparse.Namespace) -> int:
    match options.command:
        case "enqueue":
            return await commands.enqueue(
                options.actor, options.subject, Level(options.level), wait=options.wait
            )
        case "prepare":
            return await commands.prepare(
                options.syllabus, may_start=lambda price: _agreed(price, yes=options.yes)
            )
        case "status":
            return await commands.status(as_json=options.json)
        case "dead":
            return await commands.dead(as_json=options.json)
        case "retry":
            return await commands.retry(options.id)
        case _:
            return await commands.cancel(options.id)


def _agreed(price: str, *, yes: bool) -> bool:
    """Tell the price; where somebody sits at a terminal, ask."""
    print(f"To be written: {price}.", file=sys.stderr)  # noqa: T201
    if yes or not sys.stdin.isatty():
        return True
    return input("Start? [y/N] ").strip().lower() in ("y", "yes")


async def _library(options: argparse.Namespace) -> int:
    if options.action == "export":
        return await courses.export(options.syllabus, options.path)
    return await courses.take_in(options.path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tasks",
        description="Give TechTree work, and see how it goes.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subcommands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    reading = argparse.ArgumentParser(add_help=False)
    reading.add_argument("--json", action="store_true", help="print JSON")

    subcommands.add_parser("list", parents=[reading], help="the tasks that can be enqueued")
    _add_enqueue(subcommands)
    prepare = subcommands.add_parser("prepare", help="write all lessons of a syllabus")
    prepare.add_argument("syllabus", type=UUID, help="the id in its page's address")
    prepare.add_argument("--yes", action="store_true", help="don't ask whether the price is right")
    subcommands.add_parser("status", parents=[reading], help="queues, and rows by status")
    subcommands.add_parser("dead", parents=[reading], help="what failed, and why")
    retry = subcommands.add_parser("retry", help="try a failed or stopped task again")
    retry.add_argument("id", type=UUID)
    cancel = subcommands.add_parser("cancel", help="end a task; what it wrote is kept")
    cancel.add_argument("id", type=UUID)
    _add_library(subcommands)
    return parser


def _add_library(subcommands: Any) -> None:
    library = subcommands.add_parser("library", help="write, check, keep and pass on courses")
    actions = library.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser("new", help="begin a course: every file it needs, with its gaps named")
    new.add_argument("title")
    new.add_argument(
        "--library", type=Path, default=LIBRARY, help="the folder to make the course's folder in"
    )
    check = actions.add_parser("check", help="what is wrong with a course, line by line")
    check.add_argument("path", nargs="*", help="course folders; without one, all that ship")
    export = actions.add_parser("export", help="write a syllabus with its lessons into a file")
    export.add_argument("syllabus", type=UUID, help="the id in its page's address")
    export.add_argument("path", type=Path, help="a new file")
    take_in = actions.add_parser("import", help="put an exported syllabus into the catalogue")
    take_in.add_argument("path", type=Path, help="a file that export wrote")


def _add_enqueue(subcommands: Any) -> None:
    enqueue = subcommands.add_parser("enqueue", help="enqueue one task")
    enqueue.add_argument("actor", choices=sorted(commands.ACTORS), metavar="ACTOR")
    enqueue.add_argument(
        "subject",
        help="draft_syllabus: a topic; write_lesson: a lesson's id; reply_to_message: "
        "the id of the tutor's message; write_question, grade_answer: the row's id",
    )
    enqueue.add_argument(
        "--level",
        choices=[level.value for level in Level],
        default=Level.BEGINNER.value,
        help="of a syllabus",
    )
    enqueue.add_argument("--wait", action="store_true", help="show progress until it is done")


if __name__ == "__main__":
    sys.exit(main())
