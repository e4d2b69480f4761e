"""The conversation beside a lesson."""

from uuid import UUID, uuid4

from litestar import Response, delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from tasks.messages import reply_to_message
from tasks.queue import enqueue
from techtree import work
from techtree.accounts import Learner
from techtree.assessments import Answer, Question
from techtree.controllers.answers import form_text, fragment, go_to, is_htmx
from techtree.controllers.guards import HttpRequest, find_lesson, find_message
from techtree.controllers.limits import may_generate
from techtree.languages import gettext as _, marked
from techtree.lessons import Lesson
from techtree.live import learning, updates
from techtree.messages import MAX_MESSAGE, Conversation, Message, Study
from techtree.rendering import render

EMPTY = marked("Write your question first.")
TOO_LONG = marked("A message may have at most {most} characters. Yours is kept below: shorten it.")
WAITING = marked("Your question is kept. The tutor answers as soon as the queue is back.")


@post("/lessons/{lesson_id:uuid}/messages", guards=[may_generate])
async def create(
    request: HttpRequest, lesson_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Ask the tutor. The answer arrives through the stream, in every tab."""
    lesson = await find_lesson(lesson_id, signed_in)
    text = (await form_text(request, "message")).replace("\r\n", "\n")
    key = _key(await form_text(request, "key"))
    if not text or len(text) > MAX_MESSAGE:
        problem = _(TOO_LONG).format(most=f"{MAX_MESSAGE:,}") if text else _(EMPTY)
        return _refused(request, lesson, text, key, problem)
    study = await Study.open(signed_in, lesson)
    asked, answer = await study.ask(text, key)
    await updates.announce(updates.show_messages(study.id, asked, answer))
    queued = await enqueue(reply_to_message, answer.id)
    if not is_htmx(request):
        return go_to(request, f"/lessons/{lesson.id}#chat-form")
    composer = _composer(lesson, key=uuid4(), notice=None if queued else _(WAITING))
    return fragment(composer + updates.message(asked, answer), status=202)


@delete("/lessons/{lesson_id:uuid}/messages", status_code=200)
async def destroy(
    request: HttpRequest, lesson_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Wipe the conversation."""
    lesson = await find_lesson(lesson_id, signed_in)
    study = await Study.open(signed_in, lesson)
    await study.wipe()
    await updates.announce(updates.show_history(study.id))
    return fragment(await updates.chat_history(study.id))


@post("/messages/{message_id:uuid}/retry", guards=[may_generate])
async def retry(
    request: HttpRequest, message_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Ask for a failed answer again."""
    message = await find_message(message_id, signed_in)
    if await work.ask_again(Message, message.id):
        await enqueue(reply_to_message, message.id)
        await updates.announce(updates.show_message(message.id))
    if not is_htmx(request):
        return go_to(request, f"/lessons/{message.study.lesson}#chat-form")
    now = await Message.objects().get(Message.id == message.id)
    return fragment(updates.message(now) if now else "", status=202)


@post("/messages/{message_id:uuid}/ask", guards=[may_generate])
async def take_as_question(
    request: HttpRequest, message_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """“I was asking”: what was taken for an answer, or for a wish, is answered by the tutor."""
    message = await find_message(message_id, signed_in)
    given = message.answer and await Answer.for_learner(message.answer, signed_in)
    question = given and await Question.objects().get(Question.id == given.question)
    if given and question:
        await given.withdraw(question)
        await updates.announce(learning.show_answer(question))
    reply = await message.reply_again()
    if reply is not None:
        await enqueue(reply_to_message, reply)
    return await _conversation(request, message)


@post("/messages/{message_id:uuid}/again", guards=[may_generate])
async def ask_again(
    request: HttpRequest, message_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Have a question that was answered answered anew."""
    message = await find_message(message_id, signed_in)
    reply = await message.reply_again() if message.role == "learner" else None
    if reply is not None:
        await enqueue(reply_to_message, reply)
    return await _conversation(request, message)


@post("/messages/{message_id:uuid}/stop")
async def stop(
    request: HttpRequest, message_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """End an answer that is being written. What is there of it is kept."""
    message = await find_message(message_id, signed_in)
    await work.stop(Message, message.id)
    return await _conversation(request, message)


@post("/messages/{message_id:uuid}/edit", guards=[may_generate])
async def edit(
    request: HttpRequest, message_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Ask the last question in other words; it and its answer go."""
    message = await find_message(message_id, signed_in)
    text = (await form_text(request, "message")).replace("\r\n", "\n")[:MAX_MESSAGE]
    study = message.study
    last = (await Conversation.of(study.id)).asked_last
    if text and last and last.id == message.id:
        _, reply = await study.ask_instead(last, text, uuid4())
        await enqueue(reply_to_message, reply.id)
    return await _conversation(request, message)


@post("/lessons/{lesson_id:uuid}/messages/undo-wipe")
async def undo_wipe(
    request: HttpRequest, lesson_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Bring back the conversation that was wiped last."""
    lesson = await find_lesson(lesson_id, signed_in)
    study = await Study.open(signed_in, lesson)
    await study.unwipe()
    await updates.announce(updates.show_history(study.id))
    if not is_htmx(request):
        return go_to(request, f"/lessons/{lesson.id}#chat-form")
    return fragment(await updates.chat_history(study.id))


async def _conversation(request: HttpRequest, message: Message) -> Response[str]:
    await updates.announce(updates.show_history(message.study.id))
    if not is_htmx(request):
        return go_to(request, f"/lessons/{message.study.lesson}#chat-form")
    return fragment(await updates.chat_history(message.study.id), status=202)


def _refused(
    request: HttpRequest, lesson: Lesson, text: str, key: UUID, problem: str
) -> Response[str]:
    if not is_htmx(request):
        return go_to(request, f"/lessons/{lesson.id}#chat-form")
    return fragment(_composer(lesson, key=key, error=problem, text=text), status=422)


def _composer(
    lesson: Lesson,
    *,
    key: UUID,
    error: str | None = None,
    notice: str | None = None,
    text: str = "",
) -> str:
    return render(
        "messages/_composer.html",
        lesson=lesson,
        message_key=str(key),
        error=error,
        notice=notice,
        text=text,
        csrf_token=None,
        swap_oob=True,
    )


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
