"""What typed text is taken for, shown with it, and undone with one click."""

from uuid import uuid4

from tasks.messages import _reply, reply_to_message
from tasks.runs import run
from techtree import work
from techtree.accounts import Learner
from techtree.assessments import Answer
from techtree.lessons import Lesson
from techtree.live import updates
from techtree.messages import Conversation, Message, Study
from tests import items
from tests.controllers.conftest import Visitor, work_off
from tests.controllers.test_questions import asked, page
from tests.fakes.author import FakeAuthor


async def say(adas: Visitor, lesson: Lesson, text: str) -> None:
    await adas.post(f"/lessons/{lesson.id}/messages", message=text, key=str(uuid4()))
    await answered()


async def answered() -> None:
    for owed in await work.owed(Message):
        await run(reply_to_message, Message, owed.row, _reply, updates.show_message)


async def test_an_answer_in_the_chat_is_taken_and_can_be_taken_back(
    adas: Visitor, author: FakeAuthor, ada: Learner, ada_lesson: Lesson
) -> None:
    question = await asked(adas, author, ada_lesson, items.choice())
    await say(adas, ada_lesson, "my answer is friction keyed")
    html = await page(adas, ada_lesson)
    assert "Taken as your answer" in html and 'data-mastery="bronze"' in html
    assert [a.verdict for a in await Answer.standing(question.id)] == ["correct"]
    message = (await Conversation.of((await Study.open(ada, ada_lesson)).id)).messages[0]
    author.replies.append("It grips.")
    await adas.post(f"/messages/{message.id}/ask")
    await answered()
    html = await page(adas, ada_lesson)
    assert "It grips." in html and "Taken as your answer" not in html
    assert [(a.verdict, a.final) for a in await Answer.standing(question.id)] == [("unsure", False)]
    assert await Answer.count() == 2


async def test_a_wish_for_an_exercise_makes_one(
    adas: Visitor, author: FakeAuthor, ada_lesson: Lesson
) -> None:
    author.questions.append(items.choice())
    await say(adas, ada_lesson, "Give me an exercise")
    await work_off()
    html = await page(adas, ada_lesson)
    assert "What holds a knot?" in html and "Taken as a wish for an exercise" in html


async def test_a_wiped_conversation_comes_back_with_one_click_and_evidence_stays(
    adas: Visitor, author: FakeAuthor, ada_lesson: Lesson
) -> None:
    await asked(adas, author, ada_lesson, items.choice())
    await say(adas, ada_lesson, "I don't know")
    html = (await adas.send("DELETE", f"/lessons/{ada_lesson.id}/messages", htmx=True)).text
    assert "I took this" not in html
    assert await Answer.count() == 1
    await adas.post(f"/lessons/{ada_lesson.id}/messages/undo-wipe")
    assert "I took this" in await page(adas, ada_lesson)


async def test_the_last_question_is_asked_in_other_words(
    adas: Visitor, author: FakeAuthor, ada: Learner, ada_lesson: Lesson
) -> None:
    author.replies.extend(["First.", "Second."])
    await say(adas, ada_lesson, "Whu?")
    study = await Study.open(ada, ada_lesson)
    await adas.post(
        f"/messages/{(await Conversation.of(study.id)).messages[0].id}/edit", message="Why?"
    )
    await answered()
    assert [each.content for each in (await Conversation.of(study.id)).messages] == [
        "Why?",
        "Second.",
    ]
