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

FILLING = (
    "In {} the baker weighs the flour, pours the water and looks at the dough in the bowl. " * 26
)


def lesson(title: str, teaches: str, builds_on: str, middle: str = "") -> str:
    return f"""\
---
title: {title}
summary: What to do and what to look for.
teaches: [{teaches}]
builds_on: [{builds_on}]
sources: ["Emily Buehler, Bread Science, 2006"]
---

Why does it matter in {title} how you do this?

## What happens

{FILLING.format(*[title] * 26)}

{middle}

## Worked example: one loaf

For {title} take 500 g of flour; at $350 / 500 = 0.7$ it gets 350 g. ![A ball](ball.svg)

## Summary

{title} takes time. It takes water. It takes heat.
"""


def questions(slug: str, concept: str) -> str:
    """Eight questions of four kinds, two of them partners."""
    return "".join(
        f"""\
- key: {slug}-{number}
  concepts: [{concept}]
  text: Question {number} of the lesson, to be thought about.
  explanation: That is how doughs are.
  hints: [Think of the bowl., Compare the two doughs., Touch the second one.]
{PARTS[number % 4]}"""
        + ("" if number > 2 else f"  partner: {slug}-{3 - number}\n")
        for number in range(1, 9)
    )


PARTS = (
    """\
  kind: choice
  options:
    - {text: It stretches, right: true}
    - {text: It tears, misconception: You took a strong dough for a weak one.}
""",
    """\
  kind: number
  answer: 350
  unit: g
  formula: 0.7 * 500
""",
    """\
  kind: expression
  answer: 2*x + 1
  variables: [x]
  formula: diff(x**2 + x, x)
""",
    """\
  kind: true-false
  answer: false
  misconception: You took a pale crust for a raw loaf.
""",
)

PLACEMENT = "".join(
    questions(level, "dough")
    .replace("  kind:", f"  level: {level}\n  kind:")
    .replace(f"- key: {level}-", f"- key: placed-{level}-")
    .replace(f"partner: {level}-", f"partner: placed-{level}-")
    for level in ("beginner", "early-learner", "good-knowledge", "advanced")
)

FILES = {
    "course.md": COURSE,
    "beginner/syllabus.md": SYLLABUS,
    "beginner/mixing-a-dough.md": lesson("Mixing a dough", "dough", ""),
    "beginner/kneading.md": lesson("Kneading", "gluten", "dough", "See [it](mixing-a-dough.md)."),
    "beginner/letting-it-rise.md": lesson(
        "Letting it rise", "yeast", "dough", "After [mixing](mixing-a-dough.md)."
    ),
    "beginner/the-oven.md": lesson(
        "The oven",
        "crust",
        "yeast, gluten",
        "After [rising](letting-it-rise.md) and [kneading](kneading.md).",
    ),
    "beginner/ball.svg": DRAWING,
    "placement.questions.yaml": PLACEMENT,
    "beginner/mixing-a-dough.questions.yaml": questions("mixing", "dough"),
    "beginner/kneading.questions.yaml": questions("kneading", "gluten"),
    "beginner/letting-it-rise.questions.yaml": questions("rising", "yeast"),
    "beginner/the-oven.questions.yaml": questions("oven", "crust"),
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
