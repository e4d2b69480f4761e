"""The front matter of a course's file: fields that know their line, and what is wrong with them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import yaml

from techtree.tutor.library.problems import Problem

LONGEST_LINE = 200
"""Characters in a title or a summary."""


class Marked(str):
    """A text that remembers the line of the file it stands on."""

    __slots__ = ("line",)
    line: int

    def __new__(cls, text: str, line: int = 1) -> Self:
        marked = super().__new__(cls, text)
        marked.line = line
        return marked


@dataclass(slots=True)
class Fields:
    """A mapping of the front matter. Each look-up notes what is missing or of the wrong kind."""

    path: Path
    line: int
    problems: list[Problem]
    nodes: dict[str, yaml.Node]
    keys: dict[str, int]
    """The line of each field's name."""
    shift: int
    """Lines of the file before the front matter's first."""
    asked: set[str] = field(default_factory=set)

    def text(self, name: str) -> Marked:
        """One line of text; empty after a problem."""
        node = self._find(name)
        if node is None:
            return Marked("", self.line)
        return self._text(node, f"`{name}`")

    def texts(self, name: str, at_least: int = 0, at_most: int | None = None) -> tuple[Marked, ...]:
        """A list of texts, which may be left out when `at_least` is 0."""
        items = self._items(name, at_least, at_most)
        return tuple(self._text(item, f"an entry of `{name}`") for item in items)

    def entries(self, name: str, at_least: int, at_most: int | None = None) -> list[Self]:
        """A list of mappings."""
        found: list[Self] = []
        for item in self._items(name, at_least, at_most):
            line = item.start_mark.line + 1 + self.shift
            if isinstance(item, yaml.MappingNode):
                found.append(self._of(item))
            else:
                self._note(
                    line,
                    f"An entry of `{name}` isn't a group of fields",
                    "Write it as `- title: …` with its other fields indented below.",
                )
        return found

    def finish(self) -> None:
        """Note the fields that nobody asked for, which are misspelt more often than meant."""
        for name in self.nodes.keys() - self.asked:
            expected = ", ".join(sorted(self.asked))
            self._note(
                self.keys[name],
                f"`{name}` is not a field of this file",
                f"Remove it or correct its name: the fields here are {expected}.",
            )

    @classmethod
    def of(cls, node: yaml.MappingNode, path: Path, shift: int, problems: list[Problem]) -> Self:
        fields = cls(path, node.start_mark.line + 1 + shift, problems, {}, {}, shift)
        for key, value in node.value:
            line = key.start_mark.line + 1 + shift
            name = key.value if isinstance(key, yaml.ScalarNode) else "…"
            if name in fields.nodes:
                fields._note(line, f"`{name}` stands here twice", "Keep one of the two.")
            fields.nodes[name], fields.keys[name] = value, line
        return fields

    def _of(self, node: yaml.MappingNode) -> Self:
        return self.of(node, self.path, self.shift, self.problems)

    def _find(self, name: str, *, required: bool = True) -> yaml.Node | None:
        self.asked.add(name)
        node = self.nodes.get(name)
        if node is None and required:
            self._note(self.line, f"`{name}` is missing", f"Add a line `{name}: …` here.")
        return node

    def _items(self, name: str, at_least: int, at_most: int | None) -> list[yaml.Node]:
        node = self._find(name, required=at_least > 0)
        if node is None:
            return []
        line = self.keys[name]
        if not isinstance(node, yaml.SequenceNode):
            self._note(
                line,
                f"`{name}` isn't a list",
                f"Write it as `{name}: [first, second]`, or one `- …` a line.",
            )
            return []
        items: list[yaml.Node] = node.value
        if len(items) < at_least or (at_most is not None and len(items) > at_most):
            wanted = f"{at_least} or more" if at_most is None else f"{at_least} to {at_most}"
            self._note(
                line,
                f"`{name}` has {len(items)} {'entry' if len(items) == 1 else 'entries'}",
                f"It must have {wanted}.",
            )
        return items

    def _text(self, node: yaml.Node, what: str) -> Marked:
        line = node.start_mark.line + 1 + self.shift
        if not isinstance(node, yaml.ScalarNode):
            self._note(
                line,
                f"{what.capitalize()} isn't plain text",
                "Put text that contains a colon, brackets or braces between double quotes.",
            )
            return Marked("", line)
        # YAML would make a number of 1984 and a truth value of On; a title is always text.
        text = node.value.strip()
        if not text or node.tag == "tag:yaml.org,2002:null":
            self._note(line, f"{what.capitalize()} is empty", "Write it or remove it.")
        if "\n" in text or len(text) > LONGEST_LINE:
            self._note(
                line,
                f"{what.capitalize()} is longer than a line",
                f"Say it in one line of at most {LONGEST_LINE} characters.",
            )
        return Marked(text, line)

    def _note(self, line: int, what: str, remedy: str) -> None:
        self.problems.append(Problem(self.path, line, what, remedy))


@dataclass(frozen=True, slots=True)
class Page:
    """A file: its front matter, and the Markdown below."""

    fields: Fields
    body: str
    body_line: int


def read_page(path: Path, problems: list[Problem]) -> Page | None:
    """Read a file, or note why that can't be done and return None."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except FileNotFoundError:
        problems.append(Problem(path, 1, "There is no such file", "Write it, or correct its name."))
        return None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problems.append(Problem(path, line, "This isn't UTF-8 text", "Save the file as UTF-8."))
        return None
    end = _end_of_front_matter(lines)
    if end is None:
        problems.append(
            Problem(
                path,
                1,
                "There is no front matter",
                "Begin the file with its fields between two lines that are only `---`.",
            )
        )
        return None
    node = _compose("\n".join(lines[1:end]), path, problems)
    if node is None:
        return None
    body = lines[end + 1 :]
    leading = next((at for at, line in enumerate(body) if line.strip()), len(body))
    fields = Fields.of(node, path, 1, problems)
    return Page(fields, "\n".join(body[leading:]).rstrip() + "\n", end + 2 + leading)


def _end_of_front_matter(lines: list[str]) -> int | None:
    if not lines or lines[0].rstrip() != "---":
        return None
    return next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)


def _compose(text: str, path: Path, problems: list[Problem]) -> yaml.MappingNode | None:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.append(
            Problem(
                path,
                mark.line + 2 if mark else 1,
                f"The front matter can't be read: {error.problem}",
                "Put text that contains a colon, brackets or braces between double quotes,"
                " and indent with spaces.",
            )
        )
        return None
    except yaml.YAMLError:
        problems.append(
            Problem(
                path,
                1,
                "The front matter contains a control character",
                "Remove it; it may have come with pasted text.",
            )
        )
        return None
    if not isinstance(node, yaml.MappingNode):
        problems.append(
            Problem(
                path,
                2,
                "The front matter has no fields",
                "Write one `name: value` a line between the two `---` lines.",
            )
        )
        return None
    return node
