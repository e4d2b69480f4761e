"""The conversation: in order, once, and nobody else's."""

import asyncio
from uuid import uuid4

from techtree.accounts import Learner
from techtree.lessons import Lesson
from techtree.messages import Conversation, Message, Study
from techtree.status import Status


async def test_a_question_comes_with_a_pending_answer(ada: Learner, ada_lesson: Lesson) -> None:
    study = await Study.open(ada, ada_lesson)
    asked, answer = await study.ask("Why?", uuid4())
    assert (asked.role, asked.status) == ("learner", Status.COMPLETE)
    assert (answer.role, answer.status, answer.answers) == ("tutor", Status.PENDING, asked.id)


async def test_the_same_question_twice_is_asked_once(ada: Learner, ada_lesson: Lesson) -> None:
    study = await Study.open(ada, ada_lesson)
    key = uuid4()
    answers = await asyncio.gather(*(study.ask("Why?", key) for _ in range(5)))
    assert len({asked.id for asked, _ in answers}) == 1
    assert len({answer.id for _, answer in answers}) == 1
    assert await Message.count() == 2


async def test_questions_from_two_tabs_keep_their_answers_behind_them(
    ada: Learner, ada_lesson: Lesson
) -> None:
    study = await Study.open(ada, ada_lesson)
    await asyncio.gather(*(study.ask(f"Question {n}", uuid4()) for n in range(5)))
    messages = (await Conversation.of(study.id)).messages
    assert [message.role for message in messages] == ["learner", "tutor"] * 5
    assert all(
        answer.answers == asked.id
        for asked, answer in zip(messages[::2], messages[1::2], strict=True)
    )


async def test_opening_a_lesson_twice_is_one_study(ada: Learner, ada_lesson: Lesson) -> None:
    first, second = await asyncio.gather(Study.open(ada, ada_lesson), Study.open(ada, ada_lesson))
    assert first.id == second.id


async def test_a_wiped_conversation_is_empty(ada: Learner, ada_lesson: Lesson) -> None:
    study = await Study.open(ada, ada_lesson)
    await study.ask("Why?", uuid4())
    await study.wipe()
    assert (await Conversation.of(study.id)).messages == []


async def test_another_learner_does_not_find_the_message(
    ada: Learner, eve: Learner, ada_lesson: Lesson
) -> None:
    study = await Study.open(ada, ada_lesson)
    _, answer = await study.ask("Why?", uuid4())
    assert await Message.for_learner(answer.id, ada) is not None
    assert await Message.for_learner(answer.id, eve) is None
    assert await Message.for_learner(answer.id, None) is None


async def test_a_long_conversation_is_read_a_window_at_a_time(
    ada: Learner, ada_lesson: Lesson
) -> None:
    study = await Study.open(ada, ada_lesson)
    for number in range(50):
        await study.ask(f"Question {number}", uuid4())
    newest = await Conversation.of(study.id)
    assert newest.has_earlier
    older = await Conversation.of(study.id, newest.messages[0].position)
    oldest = await Conversation.of(study.id, older.messages[0].position)
    assert not oldest.has_earlier
    pieces = [*oldest.messages, *older.messages, *newest.messages]
    assert [each.position for each in pieces] == list(range(1, 101))
    assert newest.asked_last and newest.asked_last.content == "Question 49"
