"""The conversation beside a lesson."""

from uuid import UUID, uuid4

from litestar import Response, delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from tasks.messages import reply_to_message
from tasks.queue import enqueue
from techtree import work
from techtree.accounts import Learner
from techtree.controllers.answers import form_text, fragment, go_to, is_htmx
from techtree.controllers.guards import HttpRequest, find_lesson, find_message
from techtree.lessons import Lesson
from techtree.live import updates
from techtree.messages import MAX_MESSAGE, Message, Study
from techtree.rendering import render

EMPTY = "Write your question first."
TOO_LONG = (
    f"A message may have at most {MAX_MESSAGE:,} characters. Yours is kept below: shorten it."
)
WAITING = "Your question is kept. The tutor answers as soon as the queue is back."


@post("/lessons/{lesson_id:uuid}/messages")
async def create(
    request: HttpRequest, lesson_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Ask the tutor. The answer arrives through the stream, in every tab."""
    lesson = await find_lesson(lesson_id, signed_in)
    text = (await form_text(request, "message")).replace("\r\n", "\n")
    key = _key(await form_text(request, "key"))
    if not text or len(text) > MAX_MESSAGE:
        problem = TOO_LONG if text else EMPTY
        return _refused(request, lesson, text, key, problem)
    study = await Study.open(signed_in, lesson)
    asked, answer = await study.ask(text, key)
    await updates.announce(updates.show_messages(study.id, asked, answer))
    queued = await enqueue(reply_to_message, answer.id)
    if not is_htmx(request):
        return go_to(request, f"/lessons/{lesson.id}#chat-form")
    composer = _composer(lesson, key=uuid4(), notice=None if queued else WAITING)
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


@post("/messages/{message_id:uuid}/retry")
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
