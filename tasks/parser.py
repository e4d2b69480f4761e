"""The words of the command line, and what `--help` teaches about each."""

import argparse
from pathlib import Path
from typing import Any
from uuid import UUID

from tasks import commands
from techtree.languages import SOURCE, TAUGHT
from techtree.status import Level
from techtree.tutor.library import LIBRARY

PROGRAM = "python -m tasks"

_ID = "0b0e5c1e-6f0c-4a53-9a39-6d3f6a1c2b7d"

EXIT_STATUS = """\
exit status: 0 done, 1 the task failed or a server doesn't answer, 2 wrong usage,
130 you stopped watching (the work goes on)"""

_ORDER = f"""\
in the order of a day:
  {PROGRAM} enqueue draft_syllabus "Linear algebra" --level beginner --wait
  {PROGRAM} prepare {_ID}
  {PROGRAM} status
  {PROGRAM} dead
  {PROGRAM} retry {_ID}

“{PROGRAM} COMMAND --help” has more on each. An id is the last part of a page's address, or what
“dead” prints.

{EXIT_STATUS}"""


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Give TechTree work, and see how it goes. TechTree must be running.",
        epilog=_ORDER,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subcommands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_giving(subcommands)
    _add_reading(subcommands)
    _add_deciding(subcommands)
    _add_library(subcommands)
    _command(
        subcommands,
        "completion",
        "print what makes bash complete the words of this program",
        """After it, “tasks” stands for this program in your shell, from any folder, and Tab
completes its commands, their options and the names of tasks.""",
        f'eval "$({PROGRAM} completion)"',
    )
    return parser


def _add_giving(subcommands: Any) -> None:
    enqueue = _command(
        subcommands,
        "enqueue",
        "enqueue one task",
        """Asks for one piece of work, as a learner's click would. What is asked for is kept, also
while Redis is away. Prints the address of the page that shows it.""",
        f'{PROGRAM} enqueue draft_syllabus "Linear algebra" --level beginner --wait',
        f"{PROGRAM} enqueue write_lesson {_ID}",
    )
    enqueue.add_argument(
        "actor",
        choices=sorted(commands.ACTORS),
        metavar="ACTOR",
        help="“list” says which there are",
    )
    enqueue.add_argument(
        "subject",
        metavar="SUBJECT",
        help="draft_syllabus: a topic; write_lesson: a lesson's id; reply_to_message: "
        "the id of the tutor's message; write_question, grade_answer: the row's id",
    )
    enqueue.add_argument(
        "--level",
        choices=[level.value for level in Level],
        default=Level.BEGINNER.value,
        help="of a syllabus; %(default)s without it",
    )
    enqueue.add_argument(
        "--language",
        choices=sorted(TAUGHT),
        default=SOURCE,
        metavar="CODE",
        help=f"of a syllabus, one of {', '.join(sorted(TAUGHT))}; %(default)s without it",
    )
    enqueue.add_argument("--wait", action="store_true", help="show progress until it is done")
    prepare = _command(
        subcommands,
        "prepare",
        "write all lessons of a syllabus",
        """Tells what it will cost, asks at a terminal, and writes every lesson that has no text
yet, with a bar. Ctrl-C stops watching; the lessons are written all the same.""",
        f"{PROGRAM} prepare {_ID}",
        f"{PROGRAM} prepare {_ID} --yes 2> progress.txt",
    )
    prepare.add_argument("syllabus", type=UUID, metavar="SYLLABUS", help="its id")
    prepare.add_argument("--yes", action="store_true", help="don't ask whether the price is right")


def _add_reading(subcommands: Any) -> None:
    for name, help_, description, examples in (
        (
            "list",
            "the tasks that can be enqueued",
            "Prints the name of each kind of task and what it does.",
            (f"{PROGRAM} list",),
        ),
        (
            "status",
            "queues, and rows by status",
            """Prints how many jobs wait in each queue, and how many rows of each kind are pending,
writing, complete, failed and stopped.""",
            (f"{PROGRAM} status", f"{PROGRAM} status --json | jq .queues"),
        ),
        (
            "dead",
            "what failed, and why",
            """Prints the id, kind and subject of what failed three times or can't be done, and
the reason that its learner sees. The newest comes first.""",
            (
                f"{PROGRAM} dead",
                f"{PROGRAM} dead --json | jq -r '.[].id' | xargs -n1 {PROGRAM} retry",
            ),
        ),
    ):
        command = _command(subcommands, name, help_, description, *examples)
        command.add_argument("--json", action="store_true", help="print JSON, for programs")


def _add_deciding(subcommands: Any) -> None:
    retry = _command(
        subcommands,
        "retry",
        "try a failed or stopped task again",
        "Owes the task again, with three new tries. Its page shows that at once.",
        f"{PROGRAM} retry {_ID}",
    )
    retry.add_argument("id", type=UUID, metavar="ID", help="as “dead” prints it")
    cancel = _command(
        subcommands,
        "cancel",
        "end a task; what it wrote is kept",
        "Stops what is pending or being written, as the learner's button does.",
        f"{PROGRAM} cancel {_ID}",
    )
    cancel.add_argument("id", type=UUID, metavar="ID", help="of the row that it fills")


def _add_library(subcommands: Any) -> None:
    library = _command(
        subcommands,
        "library",
        "write, check, keep and pass on courses",
        "For those who write courses by hand, and for taking courses from one site to another.",
        f"{PROGRAM} library check",
    )
    actions = library.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = _command(
        actions,
        "new",
        "begin a course: every file it needs, with its gaps named",
        "Makes the folder of a course, whose files say what belongs in them.",
        f'{PROGRAM} library new "Bread"',
    )
    new.add_argument("title", metavar="TITLE")
    new.add_argument(
        "--library", type=Path, default=LIBRARY, help="the folder to make the course's folder in"
    )
    check = _command(
        actions,
        "check",
        "what is wrong with a course, line by line",
        "Names each mistake by file and line. Needs no server.",
        f"{PROGRAM} library check",
        f"{PROGRAM} library check ~/courses/bread",
    )
    check.add_argument(
        "path", nargs="*", metavar="PATH", help="course folders; without one, all that ship"
    )
    export = _command(
        actions,
        "export",
        "write a syllabus with its lessons into a file",
        "Nothing of any learner is in the file.",
        f"{PROGRAM} library export {_ID} algebra.json",
    )
    export.add_argument("syllabus", type=UUID, metavar="SYLLABUS", help="its id")
    export.add_argument("path", type=Path, metavar="FILE", help="a new file")
    take_in = _command(
        actions,
        "import",
        "put an exported syllabus into the catalogue",
        "Makes a new syllabus that everybody may read, and prints its id.",
        f"{PROGRAM} library import algebra.json",
    )
    take_in.add_argument("path", type=Path, metavar="FILE", help="a file that export wrote")


def _command(
    subcommands: Any, name: str, help_: str, description: str, *examples: str
) -> argparse.ArgumentParser:
    heading = "example:" if len(examples) == 1 else "examples:"
    made: argparse.ArgumentParser = subcommands.add_parser(
        name,
        help=help_,
        description=description,
        epilog="\n  ".join((heading, *examples)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return made
