"""The same law for what a learner does besides reading: old page and updates make the new page."""

import pytest

from techtree import work
from techtree.accounts import Learner
from techtree.assessments import Answer, Question
from techtree.lessons import Lesson, LessonVersion
from techtree.messages import Study
from techtree.placements import Placement
from techtree.quizzes import Quiz
from techtree.tutor.author import NoModelError, TutorError
from tests import items
from tests.controllers.conftest import Visitor, work_off
from tests.controllers.test_questions import shown_place
from tests.fakes.author import FakeAuthor
from tests.live.test_updates import Watch, adas, author, watch  # noqa: F401


async def newest(use: str) -> Question:
    found = (
        await Question.objects()
        .where(Question.use == use)
        .order_by(Question.created_at, ascending=False)
        .first()
    )
    assert found
    return found


async def test_while_an_exercise_is_made_helped_with_answered_and_marked(
    watch: Watch,  # noqa: F811
    author: FakeAuthor,  # noqa: F811
    ada_lesson: Lesson,
) -> None:
    path = f"/lessons/{ada_lesson.id}"
    watch.paths += [path]
    await watch.look()
    visitor = watch.visitor
    author.questions.extend(
        [TutorError("None could be made.", retry=False), items.choice(), items.short()]
    )
    await visitor.post(f"{path}/exercises", htmx=True)
    await work_off()
    await watch.check()
    question = await newest("exercise")
    await visitor.post(f"/questions/{question.id}/retry", htmx=True)
    await work_off()
    question = await newest("exercise")
    for step in ("hints", "hints", "flag"):
        await visitor.post(f"/questions/{question.id}/{step}", htmx=True)
        await watch.check()
    for own in (1, 0):
        await visitor.post(
            f"/questions/{question.id}/answers", htmx=True, answer=shown_place(question, own)
        )
        await watch.check()
    await visitor.post(f"{path}/assessments", htmx=True)
    await work_off()
    question = await newest("assessment")
    await visitor.post(f"/questions/{question.id}/answers", htmx=True, answer="rope on rope, I say")
    author.grades.extend([NoModelError(), NoModelError()])
    await work_off()
    await watch.check()
    waiting = (await Answer.standing(question.id))[0]
    await visitor.post(f"/answers/{waiting.id}/self-mark", htmx=True, met="0")
    await watch.check()
    await visitor.post(f"/questions/{question.id}/close", htmx=True)
    await watch.check()


@pytest.mark.parametrize("right", [True, False])
async def test_while_a_quiz_is_taken(
    watch: Watch,  # noqa: F811
    author: FakeAuthor,  # noqa: F811
    ada: Learner,
    ada_lesson: Lesson,
    right: bool,
) -> None:
    path = f"/lessons/{ada_lesson.id}"
    version = await ada_lesson.ensure_version()
    attempt = await work.begin(LessonVersion, version.id)
    assert attempt
    await work.save(LessonVersion, version.id, attempt, content="Friction.", status="complete")
    watch.paths += [path, f"/syllabi/{ada_lesson.syllabus.id}"]
    await watch.look()
    visitor = watch.visitor
    author.questions.extend(items.choice(f"k{n}", text=f"Question {n}?") for n in range(3))
    await visitor.post(f"{path}/quiz", htmx=True)
    for _ in range(3):
        await work_off()
    study = await Study.open(ada, ada_lesson)
    for _ in range(3):
        quiz = await Quiz.current(study.id)
        now = (await quiz.course()).now if quiz else None
        assert now
        place = shown_place(now.question, 0 if right else 1)
        await visitor.post(f"/questions/{now.question.id}/answers", htmx=True, answer=place)
        await watch.check()
    await visitor.send("DELETE", f"{path}/quiz", htmx=True)
    await watch.check()
    assert ("This lesson is complete" in (await visitor.get(path)).text) is right


async def test_while_a_level_is_found(
    watch: Watch,  # noqa: F811
    author: FakeAuthor,  # noqa: F811
) -> None:
    visitor: Visitor = watch.visitor
    author.questions.extend(items.choice(f"p{n}", text=f"Question {n}?") for n in range(30))
    path = (await visitor.post("/placements", topic="Linear algebra")).headers["location"]
    watch.paths += [path]
    await watch.look()
    await work_off()
    for own in (0, 0, 1, 1):
        course = await (await Placement.objects())[0].course()
        assert course.now
        question = await Question.objects().get(Question.id == course.now.question.id)
        assert question
        await visitor.post(f"{path}/answers", htmx=True, answer=shown_place(question, own))
        await work_off()
        await watch.check()
    assert "Your level" in (await visitor.get(path)).text
