"""A conversation of hundreds of messages: the newest first, the others on demand."""

import re
from uuid import uuid4

from techtree.accounts import Learner
from techtree.lessons import Lesson
from techtree.messages import WINDOW, Message, Study
from techtree.status import Status
from tests.controllers.conftest import Visitor


async def test_a_page_shows_the_newest_and_leads_to_the_others(
    adas: Visitor, ada: Learner, ada_lesson: Lesson
) -> None:
    await said(ada, ada_lesson, 100)
    seen: list[int] = []
    address: str | None = f"/lessons/{ada_lesson.id}"
    while address is not None:
        html = (await adas.get(address)).text
        positions = [int(each) for each in re.findall(r'data-position="(\d+)"', html)]
        assert len(positions) <= WINDOW
        seen = positions + seen
        earlier = re.search(r'href="(\?before=\d+)#', html)
        address = earlier and f"/lessons/{ada_lesson.id}{earlier[1]}"
    assert seen == list(range(1, 101))
    assert "Show the newest" in html


async def test_the_others_are_put_above_with_a_link_to_what_came_before_them(
    adas: Visitor, ada: Learner, ada_lesson: Lesson
) -> None:
    await said(ada, ada_lesson, 100)
    answer = await adas.send("GET", f"/lessons/{ada_lesson.id}?before=61", htmx=True)
    assert answer.text.startswith('<hx-upsert hx-target="#chat-history"')
    assert "Message 21." in answer.text and "Message 20." not in answer.text
    assert "Message 60." in answer.text and "Message 61." not in answer.text
    assert 'id="chat-earlier"' in answer.text and 'hx-get="?before=21"' in answer.text
    first = await adas.send("GET", f"/lessons/{ada_lesson.id}?before=21", htmx=True)
    assert "hx-get" not in first.text.split('id="chat-earlier"')[1]


async def test_a_position_that_is_none_is_refused(adas: Visitor, ada_lesson: Lesson) -> None:
    for wrong in ("-1", "x", str(2**40)):
        assert (await adas.get(f"/lessons/{ada_lesson.id}?before={wrong}")).status_code == 400


async def said(ada: Learner, lesson: Lesson, number: int) -> None:
    study = await Study.open(ada, lesson)
    await Message.insert(
        *[
            Message(
                id=uuid4(),
                study=study.id,
                position=each,
                role="tutor",
                content=f"Message {each}.",
                status=Status.COMPLETE,
            )
            for each in range(1, number + 1)
        ]
    )
