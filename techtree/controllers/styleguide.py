"""Every part of a page in every state, for whoever changes one. Never in production."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import uuid4

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from techtree import prose
from techtree.accounts import Learner
from techtree.assessments import Answer, Question, Use
from techtree.assets import STATIC
from techtree.controllers.answers import page
from techtree.controllers.guards import HttpRequest
from techtree.grading import Method, Verdict
from techtree.lessons import LessonVersion
from techtree.live.questions import QuestionView
from techtree.live.updates import MessageView
from techtree.messages import Message
from techtree.progress import Mastery
from techtree.record import Reached, Week
from techtree.settings import Environment, get_settings
from techtree.status import Level, Status
from techtree.syllabi import OutlineLesson, OutlineModule, Syllabus
from techtree.tree import tree
from techtree.tutor.library import load_courses

BUTTONS = ("", "button-primary", "button-quiet", "button-wide")


@get("/styleguide")
async def show(request: HttpRequest, learner: NamedDependency[Learner | None]) -> Response[str]:
    if get_settings().env is Environment.PRODUCTION:
        raise NotFoundException
    return page(
        request,
        "styleguide/show.html",
        learner,
        # What is in both boards has names of its own in each.
        boards={theme: _board() for theme in ("light", "dark")},
    )


def _board() -> dict[str, Any]:
    tokens = (STATIC / PurePosixPath("app.css")).read_text()
    lesson = uuid4()
    syllabus, modules = _syllabus()
    return {
        "id": uuid4().hex[:6],
        "colours": re.findall(r"--([a-z-]+): light-dark\(#", tokens),
        "sizes": re.findall(r"--(t\d): ([\d.]+rem)", tokens),
        "spaces": re.findall(r"--(s\d+): ([\d.]+rem)", tokens),
        "buttons": BUTTONS,
        "levels": list(Level),
        "courses": load_courses()[:2],
        "statuses": list(Status),
        "lesson_id": lesson,
        "versions": [LessonVersion(lesson=lesson, status=each) for each in Status],
        "messages": list(_messages()),
        "questions": list(_questions()),
        "prose": prose.render(PROSE) + prose.ProseStream("It is being wri").changed(),
        "weeks": [
            Week(date(2026, 9, 7) + timedelta(weeks=n), n % 5, 7 * n % 23, 5 * n % 13)
            for n in range(12)
        ],
        "concepts": [Reached(each.label, each) for each in Mastery for _ in range(3)],
        "syllabus": syllabus,
        "modules": modules,
        "tree": tree(modules),
    }


def _messages() -> Iterator[MessageView]:
    study = uuid4()
    texts = [
        ("learner", "Why is $v$ an arrow?", Status.COMPLETE, "question"),
        ("learner", "42", Status.COMPLETE, "answer"),
        *[("tutor", "Because it **moves**.", status, "") for status in Status],
    ]
    for position, (role, content, status, intent) in enumerate(texts):
        yield MessageView(
            Message(
                id=uuid4(),
                study=study,
                role=role,
                content=content if status != Status.PENDING else "",
                status=status,
                intent=intent,
                position=position,
            )
        )


def _questions() -> Iterator[QuestionView]:
    """Of each kind one that is open; then one for each verdict, with all help; then none yet."""
    seen: set[str] = set()
    items = [
        question.item
        for course in load_courses()
        for level in course.syllabi
        for module in level.modules
        for lesson in module.lessons
        for question in lesson.questions
    ]
    for item in items:
        if item.kind not in seen:
            seen.add(item.kind)
            yield QuestionView(_question(item), [], {})
    short = next(item for item in items if item.kind == "short")
    for verdict in Verdict:
        question = _question(short, help=4 if verdict is Verdict.CORRECT else 2)
        answer = Answer(
            id=uuid4(),
            question=question.id,
            learner=uuid4(),
            content="What somebody wrote.",
            verdict=verdict,
            method=Method.RULE,
            feedback="What is right, what is missing, and **one next step**.",
            final=verdict in (Verdict.CORRECT, Verdict.INCORRECT),
        )
        yield QuestionView(question, [answer], {})
    for status in (Status.WRITING, Status.FAILED):
        yield QuestionView(Question(id=uuid4(), use=Use.EXERCISE, status=status, item=None), [], {})


def _question(item: Any, **values: Any) -> Question:
    question = Question(
        id=uuid4(), use=Use.EXERCISE, status=Status.COMPLETE, item=item.model_dump_json(), **values
    )
    question.shown = list(range(len(getattr(item, "options", getattr(item, "steps", ())))))
    return question


def _syllabus() -> tuple[Syllabus, list[OutlineModule]]:
    states = [("completed", ("gold", "silver")), ("in-progress", ("bronze",)), ("not-started", ())]
    modules = []
    for number in range(3):
        lessons = [
            OutlineLesson(
                f"Lesson {number}.{place}",
                "What it is about, in one sentence.",
                place + 1,
                id=uuid4(),
                status=status,
                visited=bool(place),
                teaches=(f"c{number}{place}",),
                builds_on=(f"c{number - 1}{place}",) if number else (),
                progress=states[place % 3][0],
                mastery=states[place % 3][1],
            )
            for place, status in enumerate(Status)
        ]
        modules.append(
            OutlineModule(f"Module {number + 1}", "Its summary.", number + 1, uuid4(), lessons)
        )
    syllabus = Syllabus(
        id=uuid4(),
        topic="Knots",
        title="Knots",
        summary="What holds, and why.",
        level=Level.BEGINNER,
        status=Status.COMPLETE,
    )
    return syllabus, modules


PROSE = r"""## A heading

A paragraph with *emphasis*, **weight**, `code`, a [link](https://example.org), and
$\vec v = (3, 1)$ in the line.

$$
\lVert \vec v \rVert = \sqrt{3^2 + 1^2}
$$

### A smaller one

1. first
2. second
   - and below it

> A quotation of more than one line, so that one sees where its second line begins, and how far from
> the edge.

| left | right |
|---|---:|
| a | 1 |

```python
def length(v: tuple[float, float]) -> float:
    return (v[0] ** 2 + v[1] ** 2) ** 0.5  # Pythagoras
```

$\broken{maths$
"""
