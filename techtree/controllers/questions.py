"""Tasks in a lesson: asked for, helped with, answered, put away."""

from uuid import UUID, uuid4

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from tasks.questions import ask_task, take_answer, write_question
from tasks.queue import enqueue
from techtree import work
from techtree.accounts import Learner
from techtree.assessments import Question, Use
from techtree.assessments.answers import MAX_ANSWER
from techtree.controllers.answers import fragment, go_to, is_htmx
from techtree.controllers.guards import HttpRequest, find_lesson, find_question
from techtree.controllers.limits import may_generate
from techtree.grading import DONT_KNOW
from techtree.live import learning, updates
from techtree.live.questions import view
from techtree.messages import Study


@post("/lessons/{lesson_id:uuid}/exercises", guards=[may_generate])
async def ask_exercise(
    request: HttpRequest, lesson_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    return await _ask(request, lesson_id, signed_in, Use.EXERCISE)


@post("/lessons/{lesson_id:uuid}/assessments", guards=[may_generate])
async def ask_assessment(
    request: HttpRequest, lesson_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    return await _ask(request, lesson_id, signed_in, Use.ASSESSMENT)


@post("/questions/{question_id:uuid}/answers", guards=[may_generate])
async def answer(
    request: HttpRequest, question_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Answer an exercise, an assessment, or a question of a quiz or placement."""
    question = await find_question(question_id, signed_in)
    text, key = await posted_answer(request, question)
    if question.item is not None:
        await take_answer(question, signed_in.id, text, key)
    return await region(request, question)


@post("/questions/{question_id:uuid}/hints")
async def show_hint(
    request: HttpRequest, question_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """The next step of the ladder of help. How far it was climbed is kept."""
    question = await find_question(question_id, signed_in)
    seen = await view(question)
    if seen.is_written and seen.can_help:
        await question.raise_help(seen.next_help)
        await updates.announce(learning.show_help(question))
    if not is_htmx(request):
        return await region(request, question)
    return fragment(await learning.task_help(question) if seen.is_written else "")


@post("/questions/{question_id:uuid}/partner", guards=[may_generate])
async def ask_partner(
    request: HttpRequest, question_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """The same thought in other clothes, unaided."""
    question = await find_question(question_id, signed_in)
    if question.use in (Use.EXERCISE, Use.ASSESSMENT):
        partner = await question.ask_partner()
        await updates.announce(learning.show_task(question.study))
        await enqueue(write_question, partner.id)
    return await region(request, question)


@post("/questions/{question_id:uuid}/close")
async def close(
    request: HttpRequest, question_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Put the task away. Its answers stay."""
    question = await find_question(question_id, signed_in)
    if question.use in (Use.EXERCISE, Use.ASSESSMENT):
        await Question.put_tasks_away(question.study)
        await updates.announce(learning.show_task(question.study))
    return await region(request, question)


@post("/questions/{question_id:uuid}/flag")
async def flag(
    request: HttpRequest, question_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Say that something is wrong with a question."""
    question = await find_question(question_id, signed_in)
    await question.flag()
    await updates.announce(learning.show_question(question.id))
    return await region(request, question)


@post("/questions/{question_id:uuid}/retry", guards=[may_generate])
async def retry(
    request: HttpRequest, question_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Have a question made that could not be made before."""
    question = await find_question(question_id, signed_in)
    if await work.ask_again(Question, question.id):
        await updates.announce(learning.show_question(question.id))
        await enqueue(write_question, question.id)
    return await region(request, question)


async def posted_answer(request: HttpRequest, question: Question) -> tuple[str, UUID]:
    """The answer as `by_rule` takes it, and the form's key."""
    form = await request.form()
    said = [value for value in form.getall("answer", []) if isinstance(value, str)]
    unit = form.get("unit", "")
    text = " ".join([*said, unit] if isinstance(unit, str) and unit else said)
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()[:MAX_ANSWER]
    if form.get("dont_know"):
        text = DONT_KNOW
    elif question.item is not None:
        text = question.in_own_order(text)
    return text, _key(form.get("key"))


async def region(request: HttpRequest, question: Question) -> Response[str]:
    """The region that the question is in, as it is now; a redirect to its page without htmx."""
    if question.placement is not None:
        if not is_htmx(request):
            return go_to(request, f"/placements/{question.placement}")
        return fragment(await learning.placement(question.placement))
    if not is_htmx(request):
        study = await Study.objects().get(Study.id == question.study)
        place = "quiz-area" if question.use == Use.QUIZ else "active-task-area"
        return go_to(request, f"/lessons/{study.lesson if study else ''}#{place}")
    made = learning.quiz if question.use == Use.QUIZ else learning.task
    return fragment(await learning.regions(question.study, made, learning.progress_area))


async def _ask(request: HttpRequest, lesson_id: UUID, learner: Learner, use: Use) -> Response[str]:
    lesson = await find_lesson(lesson_id, learner)
    study = await Study.open(learner, lesson)
    await ask_task(study, lesson, use)
    if not is_htmx(request):
        return go_to(request, f"/lessons/{lesson.id}#active-task-area")
    return fragment(await learning.regions(study.id, learning.task), status=202)


def _key(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        return uuid4()
