"""Every formula of the starter library typesets in the KaTeX that the pages use."""

from collections.abc import Iterator
from pathlib import Path

from markdown_it.token import Token
from playwright.async_api import Page

from techtree.items import ITEM
from techtree.tutor.library.markdown import parse
from techtree.tutor.library.reading import read_course
from techtree.tutor.library.shelf import LIBRARY, course_folders

Formula = dict[str, str | bool]

KATEX = next(LIBRARY.parent.glob("static/vendor/katex-*/katex.min.js"))

# With the options of live.js, except that an error is thrown and not shown.
FAILURES = r"""formulas => formulas.flatMap(({ where, tex, display }) => {
  try {
    katex.renderToString(tex, { displayMode: display, throwOnError: true, strict: false,
      maxSize: 20, maxExpand: 300 });
    return [];
  } catch (error) { return [`${where}: ${tex}: ${error.message}`]; }
})"""


async def test_every_formula_of_the_library_typesets(page: Page) -> None:
    await page.add_script_tag(path=KATEX)
    formulas = list(formulas_of(LIBRARY))

    assert len(formulas) > 500
    assert await page.evaluate(FAILURES, formulas) == []


async def test_a_formula_that_does_not_typeset_is_named(page: Page) -> None:
    await page.add_script_tag(path=KATEX)
    wrong = list(formulas_in(r"Sound: $x^2$. Unsound: $\frac{1}{$.", "a.md"))

    (failure,) = await page.evaluate(FAILURES, wrong)
    assert failure.startswith(r"a.md: \frac{1}{: KaTeX parse error")


def formulas_of(library: Path) -> Iterator[Formula]:
    for folder in course_folders(library):
        course = read_course(folder, [])
        assert course is not None
        for syllabus in course.syllabi:
            for lesson in syllabus.lessons:
                yield from formulas_in(lesson.body, str(lesson.path.relative_to(library)))
        for question in (*course.questions, *course.placement):
            where = f"{question.path.relative_to(library)}, {question.item.key}"
            for text in texts_in(ITEM.dump_python(question.item)):
                yield from formulas_in(text, where)


def texts_in(part: object) -> Iterator[str]:
    """Every text within an item, whatever its kind."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from texts_in(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from texts_in(value)


def formulas_in(markdown: str, where: str) -> Iterator[Formula]:
    for token in all_tokens(parse(markdown)):
        if token.type in ("math_inline", "math_block"):
            yield {"where": where, "tex": token.content, "display": token.type == "math_block"}


def all_tokens(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or []
