"""A small, sound course to spoil: two modules of two lessons about bread."""

from pathlib import Path

SLUG = "bread-you-can-bake"

COURSE = """\
---
title: Bread you can bake
summary: From flour and water to a loaf.
topics: [baking bread, sourdough]
---

What happens in a dough, and how to tell by touch.
"""

SYLLABUS = """\
---
title: "Bread you can bake: the first loaf"
summary: A loaf from four ingredients.
concepts:
  - {key: dough, name: Dough, builds_on: []}
  - {key: gluten, name: Gluten, builds_on: [dough]}
  - {key: yeast, name: Yeast, builds_on: [dough]}
  - {key: crust, name: Crust, builds_on: [yeast, gluten]}
modules:
  - title: Mixing
    summary: What flour and water do together.
    lessons: [mixing-a-dough, kneading]
  - title: Baking
    summary: What heat does to a dough.
    lessons: [letting-it-rise, the-oven]
---
"""

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4" cx="4" cy="4"/></svg>'
)

FILLING = "The baker weighs the flour, pours the water and looks at what the dough does next. " * 26


def lesson(title: str, teaches: str, builds_on: str, middle: str = "") -> str:
    return f"""\
---
title: {title}
summary: What to do and what to look for.
teaches: [{teaches}]
builds_on: [{builds_on}]
sources: ["Emily Buehler, Bread Science, 2006"]
---

Why does it matter how you do this?

## What happens

{FILLING}

{middle}

## Worked example: one loaf

Take 500 g of flour and 350 g of water, so that the water is $350 / 500 = 0.7$ of the flour.

## Summary

{FILLING[:83]}
"""


FILES = {
    "course.md": COURSE,
    "beginner/syllabus.md": SYLLABUS,
    "beginner/mixing-a-dough.md": lesson("Mixing a dough", "dough", "", "![A ball](ball.svg)"),
    "beginner/kneading.md": lesson("Kneading", "gluten", "dough", "See [it](mixing-a-dough.md)."),
    "beginner/letting-it-rise.md": lesson("Letting it rise", "yeast", "dough"),
    "beginner/the-oven.md": lesson("The oven", "crust", "yeast, gluten"),
    "beginner/ball.svg": DRAWING,
}


def write_course(library: Path, **changed: str | None) -> Path:
    """Write the course, with files replaced or (None) left out; returns its folder.

    A file is named by its stem: `kneading`, `syllabus`, `course`, `ball`.
    """
    folder = library / SLUG
    for name, text in FILES.items():
        path = folder / name
        content = changed.get(path.stem.replace("-", "_"), text)
        if content is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    return folder


def changed(name: str, old: str, new: str) -> str:
    """The text of a file with one place changed."""
    text = FILES[name]
    assert text.count(old) >= 1, f"{old!r} is not in {name}"
    return text.replace(old, new, 1)
