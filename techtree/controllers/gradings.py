"""Verdicts: contested, asked for again, or given by the learner."""

from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from tasks.questions import grade_answer
from tasks.queue import enqueue
from techtree import work
from techtree.accounts import Learner
from techtree.assessments import Answer, Grading, Question
from techtree.controllers.answers import form_text
from techtree.controllers.guards import HttpRequest, find_answer, find_question
from techtree.controllers.limits import may_generate
from techtree.controllers.questions import region
from techtree.items import Code, Short
from techtree.live import learning, updates
from techtree.status import Status
from techtree.tutor.grading import by_learner

MAX_ARGUMENT = 2_000


@post("/answers/{answer_id:uuid}/contest", guards=[may_generate])
async def contest(
    request: HttpRequest, answer_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Have a verdict looked at again, with what the learner says for the answer."""
    answer, question = await _find(answer_id, signed_in)
    argument = (await form_text(request, "argument"))[:MAX_ARGUMENT]
    grading = await answer.contest(argument) if argument else None
    if grading is not None:
        await updates.announce(learning.show_question(question.id))
        await enqueue(grade_answer, grading.id)
    return await region(request, question)


@post("/answers/{answer_id:uuid}/grading", guards=[may_generate])
async def grade_again(
    request: HttpRequest, answer_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Grade an answer that could not be graded before."""
    answer, question = await _find(answer_id, signed_in)
    grading = await Grading.objects().get(Grading.answer == answer.id)
    if grading is not None and await work.ask_again(Grading, grading.id):
        await updates.announce(learning.show_question(question.id))
        await enqueue(grade_answer, grading.id)
    return await region(request, question)


@post("/answers/{answer_id:uuid}/self-mark")
async def mark(
    request: HttpRequest, answer_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """The learner's own marks, one for each line of the rubric, where no model could give any."""
    answer, question = await _find(answer_id, signed_in)
    grading = await Grading.objects().get(Grading.answer == answer.id)
    item = question.content
    if isinstance(item, Short | Code) and grading is not None and not grading.argument:
        met = (await request.form()).getall("met", [])
        marks = tuple(str(place) in met for place in range(len(item.rubric)))
        if grading.status == Status.STOPPED:
            await answer.find(question, by_learner(item, marks), final=True)
            await updates.announce(learning.show_answer(question))
    return await region(request, question)


async def _find(answer_id: UUID, learner: Learner) -> tuple[Answer, Question]:
    answer = await find_answer(answer_id, learner)
    return answer, await find_question(answer.question, learner)
