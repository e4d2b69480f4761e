"""Practice and quiz with the starter library: real questions, no model."""

from collections.abc import Iterator

import pytest

from tasks import author as authors
from techtree import work
from techtree.accounts import Learner
from techtree.assessments import Answer, Question
from techtree.drafts import store
from techtree.lessons import Lesson, LessonVersion
from techtree.messages import Study
from techtree.quizzes import Quiz
from techtree.status import Level
from techtree.syllabi import Syllabus
from techtree.tutor.author import SyllabusBrief
from techtree.tutor.library import LibraryAuthor, load_courses
from tests.controllers.conftest import Visitor, work_off

COURSE = next(
    (course for course in load_courses() for s in course.syllabi if s.lessons[0].questions), None
)
pytestmark = pytest.mark.skipif(COURSE is None, reason="no course of the library has questions")


@pytest.fixture
def library() -> Iterator[LibraryAuthor]:
    author = LibraryAuthor(pace=0)
    authors.use(author)
    yield author
    authors.use(None)


@pytest.fixture
async def lesson(ada: Learner, library: LibraryAuthor) -> Lesson:
    assert COURSE
    syllabus = await Syllabus.ask_for(ada, str(COURSE.title), Level.BEGINNER)
    attempt = await work.begin(Syllabus, syllabus.id)
    assert attempt
    drafts = library.draft_syllabus(SyllabusBrief(syllabus.topic, Level.BEGINNER))
    async for draft in drafts:
        last = draft
    await store(syllabus.id, attempt, last)
    found = await Lesson.objects().where(Lesson.syllabus == syllabus.id).first()
    assert found
    made = await Lesson.for_learner(found.id, ada)
    assert made
    version = await made.ensure_version()
    number = await work.begin(LessonVersion, version.id)
    assert number
    await work.save(LessonVersion, version.id, number, content="Text.", status="complete")
    return made


def right_answer(question: Question) -> str:
    """The key, as a form would send it."""
    item = question.content
    match item.kind:
        case "choice":
            return str(question.shown.index(item.right))
        case "true-false":
            return str(item.answer).lower()
        case "order":
            return " ".join(str(question.shown.index(n)) for n in range(len(item.items)))
        case "number":
            return f"{item.answer} {item.unit}"
        case "expression":
            return item.answer
        case _:
            return item.answers[0] if item.kind == "short" else item.reference


async def test_every_exercise_of_a_lesson_can_be_answered(adas: Visitor, lesson: Lesson) -> None:
    seen = set()
    for _ in range(8):
        await adas.post(f"/lessons/{lesson.id}/exercises")
        await work_off()
        question = (await Question.objects().order_by(Question.created_at, ascending=False))[0]
        assert question.status == "complete", question.failure
        seen.add(question.item_key)
        await adas.post(f"/questions/{question.id}/answers", answer=right_answer(question))
        verdicts = [a.verdict for a in await Answer.standing(question.id)]
        assert verdicts[0] in ("correct", "ungraded"), (question.item, verdicts)
        assert (await adas.get(f"/lessons/{lesson.id}")).status_code == 200
    assert len(seen) > 4


async def test_its_quiz_can_be_passed(adas: Visitor, ada: Learner, lesson: Lesson) -> None:
    await adas.post(f"/lessons/{lesson.id}/quiz")
    for _ in range(3):
        await work_off()
    study = await Study.open(ada, lesson)
    keys = []
    for _ in range(2):
        quiz = await Quiz.current(study.id)
        now = (await quiz.course()).now if quiz else None
        assert now and now.question.item, now and now.question.failure
        keys.append(now.question.item_key)
        await adas.post(f"/questions/{now.question.id}/answers", answer=right_answer(now.question))
        await work_off()
    assert len(set(keys)) == 2
    html = (await adas.get(f"/lessons/{lesson.id}")).text
    assert 'data-state="completed"' in html or "Mark my answer" in html
