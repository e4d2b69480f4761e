"""Whether a course's words are spelt right, as far as a list of common slips can tell."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from techtree.tutor.library.courses import Course
from techtree.tutor.library.problems import Problem
from techtree.tutor.library.reading import WORDS_FILE


def texts_of(course: Course) -> list[Path]:
    """The files with words in them."""
    return sorted(path for path in course.folder.rglob("*") if path.suffix in (".md", ".yaml"))


def check_spelling(course: Course, files: list[Path]) -> Iterator[Problem]:
    """Words that codespell knows as misspellings, except those the course's list accepts."""
    if not files:
        return
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as accepted:
        accepted.write("\n".join(_accepted(course.folder / WORDS_FILE)))
        accepted.flush()
        done = subprocess.run(
            [
                *(sys.executable, "-I", "-m", "codespell_lib", "--disable-colors"),
                *("--ignore-words", accepted.name, "--ignore-regex", _NOT_PROSE),
                *map(str, files),
            ],
            capture_output=True,
            text=True,
            # In a folder without settings of codespell.
            cwd=tempfile.gettempdir(),
            check=False,
        )
    if done.returncode not in (0, 65):
        raise RuntimeError(f"codespell failed: {done.stderr}")
    names = {
        (lesson.path, source.line)
        for syllabus in course.syllabi
        for lesson in syllabus.lessons
        for source in lesson.sources
    }
    for match in _FOUND.finditer(done.stdout):
        if (Path(match["path"]), int(match["line"])) in names:
            continue
        yield Problem(
            Path(match["path"]),
            int(match["line"]),
            f"“{match['word']}” looks misspelt",
            f"Write {match['right']}; if it is meant so, add it to {WORDS_FILE} beside course.md.",
        )


def _accepted(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [word for line in lines if (word := line.partition("#")[0].strip().lower())]


_NOT_PROSE = r"\$[^$\n]+\$|`[^`\n]+`|https?://\S+"
_FOUND = re.compile(r"^(?P<path>.+):(?P<line>\d+): (?P<word>\S+) ==> (?P<right>.+)$", re.MULTILINE)
