"""The keys of the questions on a page: from the library's files, or from what the model says."""

import html
import re
from collections.abc import Callable
from functools import cache

from techtree import prose
from techtree.items import ITEM, AnyItem
from techtree.tutor.library import load_courses
from tests.fakes.openai_items import KINDS

FindItem = Callable[[str], AnyItem]
"""From the words of a question, as `plain` gives them, to its item."""

READ = """node => {
    const copy = node.cloneNode(true);
    copy.querySelectorAll('[data-tex]').forEach(m => m.replaceWith(m.dataset.tex));
    return copy.textContent.replace(/\\s+/g, '');
}"""
"""For a node of the page what `plain` is for the Markdown it was made of."""


def plain(markdown: str) -> str:
    """The words of a text without its marks and spaces, each formula as its source."""
    made = "".join(block.html for block in prose.render(markdown))
    made = re.sub(r'<(\w+)[^>]*data-tex="([^"]*)"[^>]*>.*?</\1>', r"\2", made, flags=re.DOTALL)
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", made)))


def of_library(text: str) -> AnyItem:
    return _of_course("linear-algebra-you-can-see")[text]


def of_model(text: str) -> AnyItem:
    """The local server's items follow from the two numbers in them."""
    first, second = (int(number) for number in re.findall(r"\d+", text)[:2])
    for kind, make in KINDS.items():
        made = make(first, second)
        if plain(made["text"]) == text:
            return ITEM.validate_python(
                {"key": "same", "kind": kind, "concepts": ["one"], "explanation": "So.", **made}
            )
    raise KeyError(text)


@cache
def _of_course(slug: str) -> dict[str, AnyItem]:
    course = next(course for course in load_courses() if course.slug == slug)
    return {plain(each.item.text): each.item for each in (*course.placement, *course.questions)}
