"""A syllabus as one Markdown file."""

import re
from collections.abc import Iterator

from techtree.exports.pictures import inlined
from techtree.languages import gettext as _, marked
from techtree.transport import StoredLesson, StoredSyllabus

UNWRITTEN = marked("This lesson has not been written yet.")

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"#{1,4} ")


def as_markdown(stored: StoredSyllabus) -> str:
    """Title, modules and lessons as headings of the first, second and third order."""
    parts = [f"# {stored.title}", stored.summary]
    for module in stored.modules:
        parts += [f"## {module.title}", module.summary]
        for lesson in module.lessons:
            parts += list(_lesson(lesson))
    return "\n\n".join(part for part in parts if part) + "\n"


def _lesson(lesson: StoredLesson) -> Iterator[str]:
    yield f"### {lesson.title}"
    if lesson.summary:
        yield f"*{lesson.summary}*"
    yield inlined(_lowered(lesson.text)).strip() if lesson.text else f"*{_(UNWRITTEN)}*"


def _lowered(text: str) -> str:
    """With headings two orders lower, to stand below the lesson's own."""
    lines, fence = [], ""
    for line in text.split("\n"):
        if mark := _FENCE.match(line):
            if not fence:
                fence = mark[1]
            elif mark[1].startswith(fence):
                fence = ""
        lines.append(f"##{line}" if not fence and _HEADING.match(line) else line)
    return "\n".join(lines)
