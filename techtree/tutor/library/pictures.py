"""What a lesson's pictures must have before a page can show them."""

import re
from collections.abc import Iterator
from xml.parsers import expat

from markdown_it.token import Token

from techtree.tutor.library.courses import PICTURES, CourseLesson
from techtree.tutor.library.markdown import parse, plain
from techtree.tutor.library.problems import Problem


def pictures_in(lesson: CourseLesson) -> set[str]:
    """The names of the pictures that a lesson shows."""
    inlines = (token for token in parse(lesson.body) if token.type == "inline")
    return {
        str(child.attrs.get("src", ""))
        for inline in inlines
        for child in inline.children or []
        if child.type == "image"
    }


def check_picture(image: Token, lesson: CourseLesson, line: int) -> Iterator[Problem]:
    """What is wrong with a picture that a line of the lesson shows."""
    name = str(image.attrs.get("src", ""))
    path = lesson.path.parent / name
    if not plain(image).strip():
        yield lesson.problem(
            line,
            f"The picture `{name}` has no words for those who can't see it",
            "Write between the square brackets what it shows and what to notice.",
        )
    if "/" in name or path.suffix not in PICTURES:
        yield lesson.problem(
            line,
            f"`{name}` can't be shown",
            f"Put the picture beside the lesson; it must end in {', '.join(PICTURES)}.",
        )
    elif not path.is_file():
        yield lesson.problem(
            line,
            f"There is no picture `{name}`",
            "Put it in the lesson's folder, or correct the name.",
        )
    elif path.suffix == ".svg":
        yield from _drawing(path.read_bytes(), lesson, name, line)


def _drawing(svg: bytes, lesson: CourseLesson, name: str, line: int) -> Iterator[Problem]:
    try:
        expat.ParserCreate().Parse(svg, True)
    except expat.ExpatError as error:
        yield Problem(
            lesson.path.parent / name,
            error.lineno,
            f"The drawing is not well-formed: {expat.ErrorString(error.code)}",
            "Correct it; until then browsers show nothing.",
        )
    if _ACTIVE.search(svg):
        yield lesson.problem(
            line,
            f"The drawing `{name}` contains a script or loads something",
            "Keep only shapes, text and styles in it.",
        )
    if b"viewBox" not in svg:
        yield lesson.problem(
            line,
            f"The drawing `{name}` has no viewBox",
            "Add one to its svg element, so that it can shrink on a phone.",
        )


_ACTIVE = re.compile(
    rb"<script|<foreignObject|<image|\son\w+\s*=|@import|url\(\s*['\"]?(?!['\"]?#)"
    rb"|href\s*=\s*['\"](?!#)",
    re.IGNORECASE,
)
