"""What a learner does besides reading and asking: the task, the quiz, progress, a placement.

Each region is rendered from its rows, and published as they are: whatever read its rows after
another wins, for every publication takes the study's next revision before it reads.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from techtree import progress
from techtree.assessments import Grading, Question, Use
from techtree.lessons import Lesson, LessonVersion
from techtree.live import updates
from techtree.live.channels import of_placement, of_study
from techtree.live.questions import view
from techtree.messages import Study
from techtree.placements import Placement
from techtree.progress import LessonState
from techtree.quizzes import Quiz
from techtree.rendering import render
from techtree.status import Level, Status
from techtree.syllabi import Concept

Region = Callable[[UUID], Awaitable[str]]


# The task


async def task(study: UUID, *, oob: bool = True) -> str:
    """The active task, or the buttons that ask for one."""
    found = await Study.objects().get(Study.id == study)
    active = await Question.active_in(study)
    return render(
        "questions/_task.html",
        lesson_id=found.lesson if found else None,
        question=await view(active) if active else None,
        swap_oob=oob,
    )


async def task_help(question: Question) -> str:
    """What help a task has shown so far. What is being typed beside it stays."""
    return render("questions/_help.html", question=await view(question), swap_oob=True)


async def show_task(study: UUID) -> None:
    await _publish(study, "task", task)


async def show_help(question: Question) -> None:
    await updates.log().publish(of_study(question.study), await task_help(question))


async def show_question(question: UUID) -> None:
    """Publish the region that a question is in."""
    found = await Question.objects().get(Question.id == question)
    if found is None:
        return
    if found.placement is not None:
        await show_placement(found.placement)
    elif found.use == Use.QUIZ:
        await show_quiz(found.study)
    else:
        await show_task(found.study)


async def show_grading(grading: UUID) -> None:
    """Publish what a grading changes: the question's region, and progress."""
    found = await Grading.objects(Grading.answer).where(Grading.id == grading).first()
    if found is None:
        return
    await show_question(found.answer.question)
    question = await Question.objects().get(Question.id == found.answer.question)
    if question is not None and question.study is not None:
        await show_progress(question.study)


# The quiz


async def quiz(study: UUID, *, oob: bool = True) -> str:
    """The running attempt, its result, or the button that begins one."""
    lesson = await _lesson(study)
    if lesson is None:
        return ""
    version = await lesson.version()
    running = await Quiz.current(study)
    course = await running.course() if running else None
    now = await view(course.now.question) if course and course.now else None
    before = await view(course.before.question) if course and course.before else None
    names = await Concept.names(lesson.syllabus.id) | {"lesson": lesson.title}
    reached = await progress.of_syllabus(lesson.syllabus.id, await _learner(study))
    missed = {key for each in course.missed for key in each.question.concepts} if course else set()
    return render(
        "quizzes/_quiz.html",
        lesson_id=lesson.id,
        is_written=version is not None and version.status == Status.COMPLETE,
        quiz=running,
        course=course,
        now=now,
        before=before,
        place=now and course and course.asked.index(course.now) + 1,  # type: ignore[arg-type]
        look_again=_look_again(lesson, version, {key: names.get(key, key) for key in missed}),
        is_completed=reached.state(lesson.id) is LessonState.COMPLETED,
        swap_oob=oob,
    )


async def show_quiz(study: UUID) -> None:
    await _publish(study, "quiz", quiz)


def _look_again(
    lesson: Lesson, version: LessonVersion | None, names: dict[str, str]
) -> list[tuple[str, str]]:
    """Each name with the address of the block that speaks of it first, in the order of reading."""
    blocks = updates.blocks_of(version.content, open_end=False) if version else []
    found = []
    for name in names.values():
        words = name.casefold()
        place = next((b.number for b in blocks if words in b.html.casefold()), None)
        address = "lesson-content-area" if place is None else f"lesson-{lesson.id}-b{place}"
        found.append((place or 0, name, f"#{address}"))
    return [(name, address) for _, name, address in sorted(found)]


# Progress


async def progress_area(study: UUID, *, oob: bool = True) -> str:
    """Where the learner stands in this lesson and its syllabus."""
    lesson = await _lesson(study)
    if lesson is None:
        return ""
    reached = await progress.of_syllabus(lesson.syllabus.id, await _learner(study))
    names = await Concept.names(lesson.syllabus.id)
    neighbours = await lesson.neighbours()
    return render(
        "progress/_progress.html",
        lesson=lesson,
        state=reached.state(lesson.id),
        progress=reached,
        total=len(reached.states),
        concepts=[
            (
                names.get(key, key),
                reached.mastery.get(key, progress.Mastery.NONE),
                key in reached.known,
            )
            for key in lesson.teaches
        ],
        skip_to=neighbours.after if reached.knows(lesson.teaches) else None,
        swap_oob=oob,
    )


async def show_progress(study: UUID) -> None:
    """Publish progress in the lesson, and in the tree for whoever the syllabus is."""
    await _publish(study, "progress", progress_area)
    lesson = await _lesson(study)
    if lesson is not None and lesson.syllabus.learner is not None:
        await updates.show_syllabus(lesson.syllabus.id)


# A placement


async def placement(row: UUID, *, oob: bool = True) -> str:
    """The question that is asked now, or what was found and why."""
    found = await Placement.objects().get(Placement.id == row)
    if found is None:
        return ""
    course = await found.course()
    level = Level(found.chosen) if found.chosen else course.found
    return render(
        "placements/_placement.html",
        placement=found,
        course=course,
        now=await view(course.now.question) if course.now and level is None else None,
        level=level,
        levels=list(Level),
        reasons=[
            (Level(each.question.level).label, await view(each.question), each.right)
            for each in course.asked
            if each.is_over
        ],
        swap_oob=oob,
    )


async def show_placement(row: UUID) -> None:
    rows = await Placement.raw(
        "UPDATE placement SET revision = revision + 1 WHERE id = {} RETURNING revision", row
    )
    if rows:
        await updates.log().publish(
            of_placement(row), await placement(row), region="placement", fence=rows[0]["revision"]
        )


# All of a study's


async def of_a_study(study: UUID) -> str:
    """All regions that a study's channel carries besides the conversation."""
    return "\n".join([await task(study), await quiz(study), await progress_area(study)])


async def show_answer(question: Question) -> None:
    """Publish all that an answer changes."""
    await show_question(question.id)
    if question.study is not None:
        await show_progress(question.study)


async def _publish(study: UUID, region: str, made: Region) -> None:
    rows = await Study.raw(
        "UPDATE study SET revision = revision + 1 WHERE id = {} RETURNING revision", study
    )
    if rows:
        await updates.log().publish(
            of_study(study), await made(study), region=region, fence=rows[0]["revision"]
        )


async def _lesson(study: UUID) -> Lesson | None:
    found = await Study.objects().get(Study.id == study)
    return await Lesson.with_place(found.lesson) if found else None


async def _learner(study: UUID) -> UUID | None:
    rows = await Study.select(Study.learner).where(Study.id == study)
    return rows[0]["learner"] if rows else None
