"""The command line of the tasks: `python -m tasks --help`."""

import argparse
import asyncio
import logging
import os
import sys

from asyncpg import PostgresError
from redis.exceptions import RedisError

from tasks import commands, completion, courses, progress
from tasks.parser import make_parser
from techtree.connections import close_database, open_database
from techtree.status import Level

DONE, FAILED, WRONG_USAGE, STOPPED_WATCHING = 0, 1, 2, 130


def main(arguments: list[str] | None = None) -> int:
    options = make_parser().parse_args(arguments)
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    try:
        ended = asyncio.run(_run(options))
        sys.stdout.flush()
        return ended
    except BrokenPipeError:
        # Whoever read the answer has seen enough. Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        _complain("no longer watching; the work goes on")
        return STOPPED_WATCHING
    except commands.UsageError as error:
        _complain(str(error))
        return WRONG_USAGE
    except (progress.GoneError, RedisError, PostgresError, OSError) as error:
        _complain(_failure(error))
        return FAILED


def _complain(problem: str) -> None:
    print(f"tasks: {problem}", file=sys.stderr)  # noqa: T201


def _failure(error: Exception) -> str:
    if isinstance(error, progress.GoneError):
        return str(error)
    server = "Redis" if isinstance(error, RedisError) else "PostgreSQL"
    return f"{server} does not answer: {error}. Is TechTree running? “make run” starts it"


async def _run(options: argparse.Namespace) -> int:
    if options.command == "library" and options.action == "check":
        return courses.check(options.path)
    if options.command == "library" and options.action == "new":
        return courses.new(options.title, options.library)
    if options.command == "completion":
        print(completion.bash(make_parser()), end="")  # noqa: T201
        return DONE
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
                options.actor,
                options.subject,
                Level(options.level),
                language=options.language,
                wait=options.wait,
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


if __name__ == "__main__":
    sys.exit(main())
