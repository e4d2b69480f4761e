"""The commands for those who write, keep and pass on courses. Each returns the exit status."""

# ruff: noqa: T201
import sys
from pathlib import Path
from uuid import UUID

from pydantic import ValidationError

from techtree.transport import STORED, put_in, take_out
from techtree.tutor.library import main_check, write_skeleton

DONE, FAILED, WRONG_USAGE = 0, 1, 2


def check(paths: list[str]) -> int:
    return main_check([Path(path) for path in paths])


def new(title: str, library: Path) -> int:
    try:
        folder = write_skeleton(title, library)
    except FileExistsError as error:
        return _refuse(f"{error.filename} is there already; choose another title")
    except ValueError as error:
        return _refuse(str(error))
    print(f"{folder}: a course to fill in. Replace each word GAP and what follows it, then run")
    print(f"  python -m tasks library check {folder}")
    return DONE


async def export(syllabus: UUID, path: Path) -> int:
    stored = await take_out(syllabus)
    if stored is None:
        print(f"tasks: there is no finished syllabus {syllabus}", file=sys.stderr)
        return FAILED
    try:
        _write(path, STORED.dump_json(stored, indent=2) + b"\n")
    except FileExistsError:
        return _refuse(f"{path} is there already; give a new file")
    except OSError as error:
        return _refuse(f"{path} can't be written: {error.strerror}")
    lessons = [lesson for module in stored.modules for lesson in module.lessons]
    written = sum(lesson.text is not None for lesson in lessons)
    print(f"{path}: “{stored.title}”, {len(lessons)} lessons, {written} of them written.")
    return DONE


async def take_in(path: Path) -> int:
    try:
        stored = STORED.validate_json(_read(path))
    except FileNotFoundError:
        return _refuse(f"there is no file {path}")
    except OSError as error:
        return _refuse(f"{path} can't be read: {error.strerror}")
    except ValidationError as error:
        for slip in error.errors(include_url=False):
            place = ".".join(map(str, slip["loc"])) or "the file"
            print(f"{path}: {place}: {slip['msg']}", file=sys.stderr)
        return FAILED
    print(await put_in(stored))
    return DONE


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)


def _read(path: Path) -> bytes:
    return path.read_bytes()


def _refuse(reason: str) -> int:
    print(f"tasks: {reason}", file=sys.stderr)
    return WRONG_USAGE
