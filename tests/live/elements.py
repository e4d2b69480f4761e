"""A page as a small tree of elements, and htmx's ways to change one."""

import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from typing import Self

VOID = frozenset(("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))


class Element:
    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Element | str] = []

    @classmethod
    def parse(cls, html: str) -> Self:
        """An element without a name that holds what the HTML says."""
        root = cls("", {})
        _Parser(root).feed(html)
        return root

    @property
    def id(self) -> str:
        return self.attributes.get("id", "")

    @property
    def elements(self) -> "list[Element]":
        return [child for child in self.children if isinstance(child, Element)]

    def walk(self) -> "Iterator[tuple[Element, Element]]":
        """Each element below this one, with its parent."""
        for child in self.elements:
            yield child, self
            yield from child.walk()

    def find(self, identity: str) -> "Element | None":
        return next((each for each, _ in self.walk() if each.id == identity), None)

    def replace(self, old: "Element", *new: "Element") -> None:
        """Put other elements where `old` is; nothing happens when it is no longer there."""
        for each, parent in self.walk():
            if each is old:
                at = parent.children.index(old)
                parent.children[at : at + 1] = new
                return

    @property
    def html(self) -> str:
        """The same for all pages that look the same, on one line for each element.

        Without the spaces between elements, which are how the templates happen to be indented.
        """
        pairs = "".join(f' {k}="{escape(v)}"' for k, v in sorted(self.attributes.items()))
        inside = "".join(
            child.html if isinstance(child, Element) else re.sub(r"\s+", " ", escape(child))
            for child in self.children
            if isinstance(child, Element) or child.strip()
        )
        return f"<{self.tag}{pairs}>{inside.strip()}</{self.tag}>\n"


class _Parser(HTMLParser):
    def __init__(self, root: Element) -> None:
        super().__init__()
        self._open = [root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open[-1].tag == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def swap(page: Element, html: str) -> None:
    """Change the page as htmx 4 does: first elements by their own id, then the upserts.

    Every element that is to be replaced is looked up before the first one is.
    """
    news = Element.parse(html)
    out_of_band = [
        (each, page.find(each.id)) for each, _ in news.walk() if "hx-swap-oob" in each.attributes
    ]
    upserts = [each for each, _ in news.walk() if each.tag == "hx-upsert"]
    for new, old in out_of_band:
        style = new.attributes.pop("hx-swap-oob")
        if old is None:
            continue
        if style == "outerMorph" and "hx-morph-skip-children" in old.attributes:
            old.attributes = new.attributes
        else:
            page.replace(old, new)
    for each in upserts:
        _upsert(page, each)


def _upsert(page: Element, upsert: Element) -> None:
    target = page.find(upsert.attributes["hx-target"].removeprefix("#"))
    if target is None:
        return
    key = upsert.attributes["key"]
    for new in upsert.elements:
        if old := page.find(new.id):
            page.replace(old, new)
            continue
        place = next((e for e in target.elements if _order(e, key) > _order(new, key)), None)
        at = target.children.index(place) if place else len(target.children)
        target.children.insert(at, new)


def _order(element: Element, key: str) -> list[tuple[int, str]]:
    """Numbers in a key compare as numbers."""
    parts = re.split(r"(\d+)", element.attributes[key])
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
