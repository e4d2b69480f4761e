"""The quiz at a lesson's end: begun, left, and what was missed tried again."""

from uuid import UUID

from litestar import Response, delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from tasks.questions import write_question
from tasks.queue import enqueue
from techtree.accounts import Learner
from techtree.assessments import Question
from techtree.controllers.answers import fragment, go_to, is_htmx
from techtree.controllers.guards import HttpRequest, find_lesson
from techtree.controllers.limits import may_generate
from techtree.lessons import Lesson
from techtree.live import learning, updates
from techtree.messages import Study
from techtree.quizzes import Quiz
from techtree.status import Level, Status


@post("/lessons/{lesson_id:uuid}/quiz", guards=[may_generate])
async def create(
    request: HttpRequest, lesson_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Begin an attempt. The active task, and its help, are put away for it."""
    lesson = await find_lesson(lesson_id, signed_in)
    study = await Study.open(signed_in, lesson)
    version = await lesson.version()
    if version is not None and version.status == Status.COMPLETE:
        await Question.put_tasks_away(study.id)
        questions = await Quiz.begin(study, Level(lesson.syllabus.level), lesson.concepts)
        await _have_written(questions)
        await updates.announce(learning.show_task(study.id))
    return await _shown(request, lesson, study)


@post("/lessons/{lesson_id:uuid}/quiz/retry", guards=[may_generate])
async def retry(
    request: HttpRequest, lesson_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """New questions on what was missed, and only on that."""
    lesson = await find_lesson(lesson_id, signed_in)
    study = await Study.open(signed_in, lesson)
    quiz = await Quiz.current(study.id)
    course = await quiz.course() if quiz else None
    if quiz and course and course.is_over and course.missed:
        await _have_written(await quiz.retry(study, Level(lesson.syllabus.level)))
    return await _shown(request, lesson, study)


@delete("/lessons/{lesson_id:uuid}/quiz", status_code=200)
async def destroy(
    request: HttpRequest, lesson_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """Leave the quiz. What was answered stays as evidence."""
    lesson = await find_lesson(lesson_id, signed_in)
    study = await Study.open(signed_in, lesson)
    await Quiz.leave(study.id)
    return await _shown(request, lesson, study)


@post("/lessons/{lesson_id:uuid}/quiz/leave")
async def leave(
    request: HttpRequest, lesson_id: FromPath[UUID], signed_in: NamedDependency[Learner]
) -> Response[str]:
    """The same for a browser without JavaScript, which can't send DELETE."""
    lesson = await find_lesson(lesson_id, signed_in)
    study = await Study.open(signed_in, lesson)
    await Quiz.leave(study.id)
    return await _shown(request, lesson, study)


async def _have_written(questions: list[Question]) -> None:
    """The first that is owed; each sees to the one after it."""
    owed = next((question for question in questions if question.status == Status.PENDING), None)
    if owed is not None:
        await enqueue(write_question, owed.id)


async def _shown(request: HttpRequest, lesson: Lesson, study: Study) -> Response[str]:
    await updates.announce(learning.show_quiz(study.id))
    await updates.announce(learning.show_progress(study.id))
    if not is_htmx(request):
        return go_to(request, f"/lessons/{lesson.id}#quiz-area")
    return fragment(await learning.regions(study.id, learning.quiz, learning.task))
