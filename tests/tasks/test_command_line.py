"""The words of the command line: help that teaches, completion, and output into a pipe."""

import argparse
import io
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tasks import completion, progress
from tasks.__main__ import main
from tasks.parser import PROGRAM, make_parser
from techtree.settings import ROOT

MANUAL = (ROOT / "docs" / "tasks.md").read_text()


def subcommands(
    parser: argparse.ArgumentParser, name: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                yield from subcommands(below, f"{name} {word}".strip())
            break
    else:
        yield name, parser


COMMANDS = dict(subcommands(make_parser()))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_manual_with_all_its_options(name: str) -> None:
    chapters = re.split(r"^### ", MANUAL, flags=re.MULTILINE)[1:]
    (chapter,) = [each for each in chapters if re.match(rf"{name}( [A-Z\[]|\n)", each)]
    for action in COMMANDS[name]._actions:
        for option in action.option_strings:
            if action.dest != "help":
                assert f"`{option}" in chapter
        if not action.option_strings and action.metavar:
            assert str(action.metavar) in chapter.splitlines()[0]


def test_the_manual_has_no_command_that_is_gone() -> None:
    headings = re.findall(r"^### ([a-z ]+?)(?: [A-Z\[].*)?$", MANUAL, re.MULTILINE)
    assert sorted(headings) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_has_examples_that_are_right(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*name.split(), "--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    examples = re.findall(rf"{PROGRAM} ({name}\b[^|)\n]*)", text.partition("example")[2])
    assert examples
    for example in examples:
        words = shlex.split(example.partition("2>")[0].strip())
        assert vars(make_parser().parse_args(words))["command"] == name.split(maxsplit=1)[0]


def test_the_help_of_all_names_each_command_and_what_its_exit_means(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    for command in {name.partition(" ")[0] for name in COMMANDS}:
        assert re.search(rf"^    {command}\s+\w", text, re.MULTILINE), command
    assert "2 wrong usage" in text


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("tasks en", {"enqueue"}),
        ("tasks enqueue wri", {"write_lesson", "write_question"}),
        ("tasks enqueue draft_syllabus Knots --level ea", {"early-learner"}),
        ("tasks enqueue draft_syllabus Knots --w", {"--wait"}),
        ("tasks library ex", {"export"}),
        ("tasks library new --li", {"--library"}),
        ("tasks status --", {"--help", "--json"}),
        ("tasks retry enq", set()),
    ],
)
def test_bash_completes_what_fits(typed: str, offered: set[str]) -> None:
    words = typed.split()
    asked = (
        f"COMP_WORDS=({shlex.join(words)}); COMP_CWORD={len(words) - 1}; _tasks;"
        ' printf "%s\\n" "${COMPREPLY[@]}"'
    )
    script = f"set -eu\n{completion.bash(make_parser())}\nset +eu\n{asked}"
    finished = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert set(finished.stdout.split()) == offered
    assert finished.stderr == ""


def test_bash_runs_the_program_from_any_folder(tmp_path: object) -> None:
    script = f"{completion.bash(make_parser())}\ncd {tmp_path}; tasks list"
    finished = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert "draft_syllabus" in finished.stdout


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_in_a_pipe_progress_is_a_line_now_and_then_and_the_last_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pipe, clock = io.StringIO(), 100.0
    monkeypatch.setattr(sys, "stderr", pipe)
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    display = progress.Display()
    for words in range(100):
        display.show(f"writing: {words} words")
        clock += 0.3
    display.end()
    lines = pipe.getvalue().splitlines()
    assert lines[0] == "writing: 0 words"
    assert lines[-1] == "writing: 99 words"
    assert 6 <= len(lines) <= 8
    assert pipe.getvalue().replace("\n", "").isprintable()


def test_in_a_pipe_nothing_is_said_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    display = progress.Display()
    display.show("complete: 3 words")
    display.show("complete: 3 words")
    display.end()
    assert pipe.getvalue() == "complete: 3 words\n"


def test_on_a_terminal_progress_is_one_line_that_never_wraps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "20")
    display = progress.Display()
    display.show("writing: 1 words")
    display.show("writing: 200000000000000 words")
    display.end()
    assert terminal.getvalue().count("\n") == 1
    shown = terminal.getvalue().rstrip("\n").split("\r\x1b[2K")[1:]
    assert [len(each) for each in shown] == [16, 19]


def test_a_reader_that_has_seen_enough_is_no_outage() -> None:
    command = f"{shlex.quote(sys.executable)} -m tasks completion | true; echo ${{PIPESTATUS[0]}}"
    finished = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert finished.stderr == ""
    assert finished.stdout.strip() == "0"
