"""What the local server says unasked: a real-looking syllabus, lesson and reply."""

import json
import re
from enum import Enum
from typing import Any

from tests.fakes.openai_items import fenced, scripted_object


class Delivery(Enum):
    """How a request wants its answer."""

    TOOL = "tool"
    JSON_SCHEMA = "json_schema"
    TEXT = "text"

    @property
    def is_tool(self) -> bool:
        return self is Delivery.TOOL


def delivery_of(body: dict[str, Any]) -> Delivery:
    if body.get("tools"):
        return Delivery.TOOL
    if body.get("response_format", {}).get("type") == "json_schema":
        return Delivery.JSON_SCHEMA
    return Delivery.TEXT


def scripted_text(body: dict[str, Any]) -> str:
    """The answer that fits the request; after a cut, the part of it that is still owed."""
    told = "\n".join(plain(message.get("content")) for message in body["messages"])
    if (made := scripted_object(_schema(body, told), told)) is not None:
        return json.dumps(made)
    if delivery_of(body) is not Delivery.TEXT or '"modules"' in told:
        return json.dumps(syllabus(fenced(told, "topic")))
    if "<<<question" in told:
        whole = REPLY
    else:
        whole = LESSON.replace("TITLE", fenced(told, "title") or "This lesson")
    before = [plain(m.get("content")) for m in body["messages"] if m["role"] == "assistant"]
    return whole[len(before[-1]) :] if before and whole.startswith(before[-1]) else whole


def syllabus(topic: str, *, modules: int = 3, lessons: int = 3) -> dict[str, Any]:
    """A valid syllabus as a model writes it."""
    count = modules * lessons
    keys = [f"concept-{n}" for n in range(1, count + 1)]
    return {
        "title": f"{topic or 'A topic'}, step by step",
        "summary": "From first pictures to problems you can solve yourself.",
        "concepts": [
            {"key": key, "name": f"Concept {n}", "builds_on": keys[n - 2 : n - 1] if n > 1 else []}
            for n, key in enumerate(keys, start=1)
        ],
        "modules": [
            {
                "title": MODULES[m % len(MODULES)] + (f" {m + 1}" if m >= len(MODULES) else ""),
                "summary": f"Part {m + 1} of the way.",
                "lessons": [_lesson(keys, m * lessons + n) for n in range(lessons)],
            }
            for m in range(modules)
        ],
    }


def plain(content: object) -> str:
    """A message's content, which may come as a list of parts, as one text."""
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content)
    return str(content or "")


def _lesson(keys: list[str], number: int) -> dict[str, Any]:
    return {
        "title": f"A closer look at concept {number + 1}",
        "summary": f"What concept {number + 1} is, and what it is good for.",
        "teaches": [keys[number]],
        "builds_on": [keys[number - 1]] if number else [],
    }


def _schema(body: dict[str, Any], told: str) -> dict[str, Any]:
    """The schema of the object that is wanted, in whichever of three places it is."""
    if body.get("tools"):
        return dict(body["tools"][0]["function"]["parameters"])
    if "json_schema" in body.get("response_format", {}):
        return dict(body["response_format"]["json_schema"]["schema"])
    found = re.search(r'^\{.*"properties".*\}$', told, re.MULTILINE)
    return dict(json.loads(found[0])) if found else {}


MODULES = ["Seeing the idea", "Working with it", "Putting it to use"]

LESSON = r"""What would it take to describe every point of a room with only three numbers?
This lesson, *TITLE*, answers that, and the answer carries the rest of the course.

## Arrows and numbers

A **vector** is an arrow that remembers two things: how far, and which way. Slide it anywhere and it
stays the same vector. Written as numbers it is a column,

$$
\mathbf{v} = \begin{pmatrix} v_1 \\ v_2 \end{pmatrix},
$$

and its length follows from Pythagoras: $\lVert \mathbf{v} \rVert = \sqrt{v_1^2 + v_2^2}$.

Two operations are enough for everything that follows:

1. **Adding**: walk along $\mathbf{u}$, then along $\mathbf{v}$.
2. **Scaling**: stretch $\mathbf{v}$ by a number $c$.
   A negative $c$ turns it round.

| Operation | Numbers | Picture |
|---|---|---|
| $\mathbf{u} + \mathbf{v}$ | add entry by entry | tip to tail |
| $c\,\mathbf{v}$ | multiply every entry | stretch or turn round |
| $\mathbf{u} \cdot \mathbf{v}$ | $u_1 v_1 + u_2 v_2$ | how much they agree |

## Worked example

Take $\mathbf{u} = (3, 1)$ and $\mathbf{v} = (1, 2)$. Their sum is

$$
\mathbf{u} + \mathbf{v} = \begin{pmatrix} 3 + 1 \\ 1 + 2 \end{pmatrix}
= \begin{pmatrix} 4 \\ 3 \end{pmatrix},
$$

whose length is $\sqrt{16 + 9} = 5$. The same in Python:

```python
u, v = (3, 1), (1, 2)
total = tuple(a + b for a, b in zip(u, v))
length = sum(x * x for x in total) ** 0.5
print(total, length)  # (4, 3) 5.0
```

> Draw it before you compute it. The picture tells you what the numbers must be.

## Where it goes wrong

It is tempting to think that lengths add, too. They do not:
$\lVert \mathbf{u} \rVert + \lVert \mathbf{v} \rVert = \sqrt{10} + \sqrt{5} \approx 5.40$,
which is more than $5$. Only arrows that point the same way have lengths that add.

## Summary

- A vector is a length and a direction, and equally a column of numbers.
- Adding and scaling work entry by entry.
- The length of a sum is at most the sum of the lengths.
"""

REPLY = r"""Start from the picture: put the second arrow's tail at the first one's tip.
**What single arrow would take you straight there?**

In numbers it is

$$
(3, 1) + (1, 2) = (4, 3).
$$

Try it with $(2, 0)$ and $(0, 2)$, and compare the length of the sum with $2 + 2$.
What do you notice?
"""
