"""The beginning of a course: every file it needs, with its gaps named."""

import json
import re
import unicodedata
from pathlib import Path

from techtree.status import Level
from techtree.tutor.library.questions import PLACEMENT_FILE
from techtree.tutor.library.reading import COURSE_FILE, SYLLABUS_FILE, WORDS_FILE

GAP = "GAP"
"""The word in a file's text that asks a teacher for what follows it."""
LESSONS = ("first-lesson", "second-lesson", "third-lesson", "fourth-lesson")


def slug_of(title: str) -> str:
    """The name of the folder for a course of this title; empty when no letter of it fits."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def write_skeleton(title: str, library: Path) -> Path:
    """Write a course with one level, two modules and four lessons that hang together.

    Returns its folder. Raises FileExistsError when there is one of this name, and ValueError when
    the title has no letters to name it by.
    """
    slug = slug_of(title)
    if not slug:
        raise ValueError("the title needs letters or digits from which to name a folder")
    folder = library / slug
    (folder / Level.BEGINNER).mkdir(parents=True)
    for name, text in _files(" ".join(title.split())):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _files(title: str) -> list[tuple[str, str]]:
    level = Level.BEGINNER
    files = [
        (COURSE_FILE, _course(title)),
        (WORDS_FILE, "# Words that this course uses and the check of spelling should accept.\n"),
        (PLACEMENT_FILE, _PLACEMENT),
        (f"{level}/{SYLLABUS_FILE}", _syllabus(title)),
    ]
    for at, slug in enumerate(LESSONS):
        files.append((f"{level}/{slug}.md", _lesson(at, slug)))
        files.append((f"{level}/{slug}.questions.yaml", _questions(at, slug)))
    return files


def _course(title: str) -> str:
    return f"""\
---
title: {_quoted(title)}
summary: GAP what a learner will be able to do, in one sentence.
topics: [{_quoted(title)}]
---

GAP who this course is for and what it asks them to know already.
"""


def _syllabus(title: str) -> str:
    concepts = "".join(
        f"  - {{key: concept-{at + 1}, name: GAP concept {at + 1},"
        f" builds_on: [{f'concept-{at}' if at else ''}]}}\n"
        for at in range(len(LESSONS))
    )
    return f"""\
---
title: {_quoted(title)}
summary: GAP what these lessons lead to.
concepts:
{concepts}modules:
  - title: GAP first module
    summary: GAP what it is about.
    lessons: [{", ".join(LESSONS[:2])}]
  - title: GAP second module
    summary: GAP what it is about.
    lessons: [{", ".join(LESSONS[2:])}]
---
"""


def _lesson(at: int, slug: str) -> str:
    name = slug.replace("-", " ")
    before = f"It builds on [GAP]({LESSONS[at - 1]}.md).\n\n" if at else ""
    return f"""\
---
title: GAP {name}
summary: GAP what the {name} is about.
teaches: [concept-{at + 1}]
builds_on: [{f"concept-{at}" if at else ""}]
sources: ["GAP author, title, year"]
---

GAP which question does the {name} answer?

{before}## GAP one idea

GAP the idea of the {name}, with a picture and its description between square brackets.

## Worked example: GAP

GAP each step of the {name}'s example, with its reason.

## Summary

GAP the three sentences to remember of the {name}.
"""


def _questions(at: int, slug: str) -> str:
    return f"""\
- key: {slug}-1
  kind: true-false
  concepts: [concept-{at + 1}]
  text: GAP a statement.
  answer: true
  misconception: GAP what somebody believes who takes it for wrong.
  explanation: GAP why it is right.
  hints: [GAP a nudge, GAP a strategy, GAP the next step]
"""


def _quoted(text: str) -> str:
    """A YAML text between double quotes, whatever marks it has."""
    return json.dumps(text, ensure_ascii=False)


_PLACEMENT = """\
- key: placement-1
  level: beginner
  kind: true-false
  concepts: [concept-1]
  text: GAP a statement that beginners can judge.
  answer: true
  misconception: GAP what somebody believes who takes it for wrong.
  explanation: GAP why it is right.
"""
