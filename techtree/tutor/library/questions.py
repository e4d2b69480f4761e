"""The files of questions beside lessons and courses, read into items that know their lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic import ValidationError

from techtree.items import ITEM, AnyItem
from techtree.status import Level
from techtree.tutor.library.problems import Problem

QUESTIONS = ".questions.yaml"
"""How the file of a lesson's questions ends; what comes before is the lesson's own name."""
PLACEMENT_FILE = f"placement{QUESTIONS}"


@dataclass(frozen=True, slots=True, eq=False)
class CourseQuestion:
    item: AnyItem
    path: Path
    node: yaml.MappingNode = field(repr=False)
    """What was read, to find the lines of its parts."""

    def problem(self, what: str, remedy: str, *part: str | int) -> Problem:
        """A problem with a part such as `"options", 2, "text"`, or with the whole question."""
        what = f"In `{self.item.key}`, {what[0].lower()}{what[1:]}"
        return Problem(self.path, _line(self.node, part), what, remedy)


@dataclass(frozen=True, slots=True, eq=False)
class PlacementQuestion(CourseQuestion):
    level: Level
    """Someone at this level gets it; someone a level below mostly doesn't."""


def read_questions(path: Path, problems: list[Problem]) -> tuple[CourseQuestion, ...]:
    """The questions of a lesson; none when it has no such file."""
    found: list[CourseQuestion] = []
    for node, value in _entries(path, problems):
        item = _item(node, value, path, problems)
        if item is not None:
            found.append(CourseQuestion(item, path, node))
    return tuple(found)


def read_placement(path: Path, problems: list[Problem]) -> tuple[PlacementQuestion, ...]:
    """A course's placement questions, each with its level; none when there is no such file."""
    found: list[PlacementQuestion] = []
    for node, value in _entries(path, problems):
        level = value.pop("level", None)
        if level not in list(Level):
            problems.append(
                Problem(
                    path,
                    _line(node, ("level",)),
                    "This placement question has no level" if level is None else "No such `level`",
                    f"Write `level:` and one of {', '.join(Level)}.",
                )
            )
            continue
        item = _item(node, value, path, problems)
        if item is not None:
            found.append(PlacementQuestion(item, path, node, Level(str(level))))
    return tuple(found)


def _entries(
    path: Path, problems: list[Problem]
) -> Iterator[tuple[yaml.MappingNode, dict[str, object]]]:
    if not path.is_file():
        return
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8-sig"))
        root = loader.get_single_node()
        nodes = root.value if isinstance(root, yaml.SequenceNode) else None
        if nodes is None:
            problems.append(
                Problem(
                    path,
                    1,
                    "This isn't a list of questions",
                    "Begin each question with `- key: …` and indent its other fields below.",
                )
            )
        for node in nodes or []:
            value = loader.construct_document(node)
            if isinstance(node, yaml.MappingNode):
                yield node, value
            else:
                problems.append(
                    Problem(
                        path,
                        node.start_mark.line + 1,
                        "This entry isn't a group of fields",
                        "Begin it with `- key: …` and indent its other fields below.",
                    )
                )
    except UnicodeDecodeError:
        problems.append(Problem(path, 1, "This isn't UTF-8 text", "Save the file as UTF-8."))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problems.append(
            Problem(
                path,
                mark.line + 1 if mark else 1,
                f"The questions can't be read: {getattr(error, 'problem', 'a control character')}",
                "Put text that contains a colon or a backslash between single quotes or below `|`,"
                " and indent with spaces.",
            )
        )


def _item(
    node: yaml.MappingNode, value: dict[str, object], path: Path, problems: list[Problem]
) -> AnyItem | None:
    try:
        return ITEM.validate_python(value)
    except ValidationError as error:
        name = value.get("key", "a question without a key")
        for slip in error.errors(include_url=False):
            # The first part of the place is the kind of item that was tried.
            place = slip["loc"][1:]
            where = ".".join(map(str, place))
            problems.append(
                Problem(
                    path,
                    _line(node, place),
                    f"In `{name}`, {f'`{where}`: ' if where else ''}{slip['msg']}",
                    "Correct it; the kinds of question and their fields are in"
                    " docs/writing-a-course.md.",
                )
            )
        return None


def _line(node: yaml.Node, place: tuple[str | int, ...]) -> int:
    """The line of a part of a question, or of what holds it when it is missing."""
    line = node.start_mark.line + 1
    for step in place:
        found: yaml.Node | None = None
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            found = node.value[step] if step < len(node.value) else None
        elif isinstance(node, yaml.MappingNode):
            found = next((value for key, value in node.value if key.value == step), None)
        if found is None:
            break
        node, line = found, found.start_mark.line + 1
    return line
