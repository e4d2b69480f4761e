"""Answering learners."""

from contextlib import aclosing
from uuid import UUID

import dramatiq

from tasks.author import author
from tasks.broker import broker
from tasks.runs import Attempt, run
from tasks.text import LiveText
from techtree.live import updates
from techtree.live.channels import of_study
from techtree.live.publisher import Publisher
from techtree.messages import Message
from techtree.status import Status
from techtree.teaching import reply_brief


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
    await attempt.save(content="", model=author().name)
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
