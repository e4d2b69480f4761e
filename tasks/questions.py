"""Making questions, and grading the answers that no rule can grade."""

from dataclasses import replace
from uuid import UUID

import dramatiq
from asyncpg.exceptions import UniqueViolationError

from tasks.author import author
from tasks.broker import broker
from tasks.queue import enqueue
from tasks.runs import Attempt, run
from techtree.assessments import Answer, Grading, Question, Use
from techtree.assessments.answers import ends
from techtree.assessments.questions import written
from techtree.grading import Grade, feedback
from techtree.items import AnyItem
from techtree.lessons import Lesson
from techtree.live import learning, updates
from techtree.messages import Study
from techtree.placements import Placement
from techtree.questioning import is_retired, question_brief
from techtree.status import Level, Status
from techtree.tutor.author import NoGoodQuestionError, NoModelError, Purpose
from techtree.tutor.grading import contested, grade

AGAIN = 3
"""How often a question is made anew that turns out to be asked already."""


@dramatiq.actor(broker=broker, notify_shutdown=True)
async def write_question(question: str) -> None:
    """Make one question of a lesson, a quiz or a placement."""
    await run(write_question, Question, UUID(question), _write, learning.show_question)


@dramatiq.actor(broker=broker, notify_shutdown=True)
async def grade_answer(grading: str) -> None:
    """Hold an answer against its rubric, or look again at a verdict that was contested."""
    await run(grade_answer, Grading, UUID(grading), _grade, learning.show_grading)


async def take_answer(question: Question, learner: UUID, text: str, key: UUID) -> Answer:
    """Take an answer, tell of it, and see to its grading and to what comes next."""
    given = await Answer.give(question, learner, text, key)
    if question.placement is not None:
        await carry_on(question.placement)
    await updates.announce(learning.show_answer(question))
    owed = await Grading.objects().get(Grading.answer == given.id)
    if owed is not None:
        await enqueue(grade_answer, owed.id)
    return given


async def ask_task(study: Study, lesson: Lesson, use: Use) -> None:
    """Have an exercise or assessment made for a study."""
    level = Level(lesson.syllabus.level)
    question = await Question.ask_next(study, use, level, lesson.concepts)
    await updates.announce(learning.show_task(study.id))
    await enqueue(write_question, question.id)


async def carry_on(placement: UUID) -> None:
    """Put a placement's next question, and have the one after it written meanwhile."""
    found = await Placement.objects().get(Placement.id == placement)
    for question in await found.prepare() if found else []:
        await enqueue(write_question, question.id)


async def _write(attempt: Attempt) -> None:
    question = await Question.objects().get(Question.id == attempt.row)
    if question is None:
        return
    await learning.show_question(question.id)
    if not await _keep(attempt, question):
        return
    await learning.show_question(question.id)
    following = await question.release_next() if question.quiz else None
    if following is not None:
        await enqueue(write_question, following.id)
    if question.placement is not None:
        await carry_on(question.placement)


async def _keep(attempt: Attempt, question: Question) -> bool:
    """Store an item that the same quiz or placement doesn't have yet. False when none is wanted."""
    for _ in range(AGAIN):
        item = await _made(question)
        if item is None:
            return False
        values = {str(name): value for name, value in written(item).items()}
        attempt.finished = True
        try:
            await attempt.save(**values, model=author().name, status=Status.COMPLETE.value)
        except UniqueViolationError:
            # Another question was written at the same time, and is the same.
            attempt.finished = False
        else:
            return True
    raise NoGoodQuestionError("each one that was made is asked already")


async def _made(question: Question) -> AnyItem | None:
    """An item about what is wanted; when no good one can be made of that, about the lesson."""
    for widely in (False, True):
        brief = await question_brief(question, widely=widely)
        if brief is None:
            return None
        try:
            item = await author().write_question(brief)
            if await is_retired(item):
                raise NoGoodQuestionError(f"{item.key} is retired")
        except NoGoodQuestionError:
            if widely or question.placement is not None:
                raise
        else:
            return item
    return None


async def _grade(attempt: Attempt) -> None:
    grading = await Grading.objects().get(Grading.id == attempt.row)
    if grading is None:
        return
    answer = await Answer.objects().get(Answer.id == grading.answer)
    question = await Question.objects().get(Question.id == answer.question) if answer else None
    if answer is None or question is None:
        return
    await learning.show_grading(grading.id)
    try:
        found = await _found(grading, answer, question)
    except NoModelError as error:
        # Nobody is there to judge, and trying again would change nothing: the learner marks it.
        attempt.finished = True
        await attempt.save(status=Status.STOPPED.value, failure=str(error))
        if grading.argument:
            await question.flag()
    else:
        attempt.finished = True
        async with Grading._meta.db.transaction():
            await attempt.save(status=Status.COMPLETE.value)
            await answer.find(question, found, author().name, contested=bool(grading.argument))
    await learning.show_grading(grading.id)


async def _found(grading: Grading, answer: Answer, question: Question) -> Grade:
    item, text = question.content, answer.content
    purpose = Purpose("grading", grading.id, answer.learner)
    if grading.argument:
        return await contested(author(), item, text, grading.argument, purpose=purpose)
    found = await grade(author(), item, text, final=False, purpose=purpose)
    before = [each for each in await Answer.standing(question.id) if each.id != answer.id]
    return _resolved(item, found) if ends(question, before, text, found) else found


def _resolved(item: AnyItem, found: Grade) -> Grade:
    """With the key, for no try remains."""
    if found.score == 1:
        return found
    return replace(found, feedback=feedback.joined(found.feedback, feedback.solution(item)))
