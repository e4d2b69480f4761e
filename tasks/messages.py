"""Answering learners."""

from contextlib import aclosing
from uuid import UUID

import dramatiq

from tasks.author import author
from tasks.broker import broker
from tasks.questions import ask_task, take_answer
from tasks.runs import Attempt, run
from tasks.text import LiveText
from techtree.assessments import Question, Use
from techtree.languages import gettext as _
from techtree.lessons import Lesson
from techtree.live import updates
from techtree.live.channels import of_study
from techtree.live.publisher import Publisher
from techtree.live.questions import view
from techtree.messages import Message, Study
from techtree.status import Status
from techtree.teaching import reply_brief
from techtree.tutor.author import Intent, Purpose, ReplyBrief
from techtree.tutor.intent import intent_of


@dramatiq.actor(broker=broker, notify_shutdown=True)
async def reply_to_message(answer: str) -> None:
    """Write the tutor's answer, a row that waits beside the learner's message."""
    await run(reply_to_message, Message, UUID(answer), _reply, updates.show_message)


async def _reply(attempt: Attempt) -> None:
    answer = await Message.objects().get(Message.id == attempt.row)
    if answer is None:
        return
    brief = await reply_brief(answer)
    if brief is None:
        return
    done = await _done_instead(answer, brief)
    await attempt.save(content=done, model=author().name)
    if done:
        attempt.finished = True
        await attempt.save(status=Status.COMPLETE.value)
        question = await Message.objects().get(Message.id == answer.answers)
        answer.content, answer.status = done, Status.COMPLETE
        await updates.show_messages(answer.study, *filter(None, (question, answer)))
        return
    answer.content, answer.status = "", Status.WRITING
    question = await Message.objects().get(Message.id == answer.answers)
    region = f"message-{answer.id}"
    async with Publisher(
        updates.log(), of_study(answer.study), region=region, fence=attempt.number
    ) as page:
        # With the question, in case a tab did not hear of it when it was asked.
        page.put("message", updates.message(*filter(None, (question, answer))), whole=True)
        text = LiveText(page, region)
        attempt.progress = text.checkpoint
        async with aclosing(author().reply(brief)) as pieces:
            async for piece in pieces:
                text.write(piece)
        text.close()
        await attempt.complete()
        answer.status = Status.COMPLETE
        page.put("status", updates.message_status(answer))


async def _done_instead(answer: Message, brief: ReplyBrief) -> str:
    """Do what the message wants when that is not an answer of the tutor, and say so.

    What it was taken for is kept with it, shown, and can be undone.
    """
    asked = await Message.objects().get(Message.id == answer.answers)
    study = await Study.objects().get(Study.id == answer.study)
    lesson = await Lesson.with_place(study.lesson) if study else None
    if asked is None or study is None or lesson is None:
        return ""
    task = await Question.active_in(study.id)
    seen = await view(task) if task else None
    open_task = task if seen and seen.phase == "open" else None
    if not asked.intent:
        text = open_task.content.text if open_task else ""
        purpose = Purpose("intent", asked.id, study.learner)
        wanted = await intent_of(author(), asked.content, task=text, purpose=purpose)
        asked.intent = wanted.value
        await asked.save([Message.intent])
    if asked.intent == Intent.ANSWER and open_task is not None:
        said = open_task.typed(asked.content)
        given = await take_answer(open_task, study.learner, said, asked.id)
        await Message.update({Message.answer: given.id}).where(Message.id == asked.id)
        return _("I took this as your answer to the task.")
    if asked.intent in (Intent.EXERCISE, Intent.ASSESSMENT):
        await ask_task(study, lesson, Use(asked.intent))
        if asked.intent == Intent.EXERCISE:
            return _("Your exercise is being made. It appears above our conversation.")
        return _("Your assessment is being made. It appears above our conversation.")
    return ""
