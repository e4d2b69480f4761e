"""Whether the Python in a lesson prints the output that the lesson shows."""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise

from markdown_it.token import Token

from techtree.tutor.library.courses import CourseLesson
from techtree.tutor.library.problems import Problem

SECONDS = 10
MEMORY = 512 << 20


def check_samples(lesson: CourseLesson, tokens: list[Token]) -> Iterator[Problem]:
    """Run each `python` block that an `output` block follows, with the standard library only."""
    for code, output in pairwise(tokens):
        if (_language(code), _language(output)) != ("python", "output"):
            continue
        printed, failure = _run(code.content)
        line = output.map[0] if output.map else 0
        if failure:
            yield lesson.problem(
                code.map[0] if code.map else 0,
                f"This code fails: {failure}",
                "Correct it; it gets the standard library only and no network or files.",
            )
        elif _trimmed(printed) != _trimmed(output.content):
            at, shown, real = _difference(output.content, printed)
            yield lesson.problem(
                line + 1 + at,
                f"The code above prints “{real}” where this shows “{shown}”",
                "Correct the code, or copy its output.",
            )


def _language(token: Token) -> str:
    return token.info.strip() if token.type == "fence" else ""


def _run(code: str) -> tuple[str, str]:
    """What it printed, and how it failed if it did."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                # Isolated, and without the packages that are installed here.
                [sys.executable, "-I", "-S", "-X", "utf8", "-c", code],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                cwd=folder,
                env={},
                timeout=SECONDS,
                preexec_fn=_limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "", f"it runs longer than {SECONDS} seconds"
    if done.returncode:
        last = done.stderr.strip().splitlines() or [f"it ends with status {done.returncode}"]
        return done.stdout, last[-1]
    return done.stdout, ""


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))


def _trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


def _difference(shown: str, printed: str) -> tuple[int, str, str]:
    """The first line that differs: its number from 0, and both lines."""
    left, right = _trimmed(shown), _trimmed(printed)
    for at in range(max(len(left), len(right))):
        pair = (left[at] if at < len(left) else "", right[at] if at < len(right) else "")
        if pair[0] != pair[1]:
            return at, pair[0][:60], pair[1][:60]
    raise AssertionError("the texts are equal")
