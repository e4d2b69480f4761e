"""What a learner does besides reading and asking: the task, the quiz, progress, a placement.

Each region is rendered from its rows, and published as they are: whatever read its rows after
another wins, for every publication takes the study's next revision before it reads.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from techtree import progress
from techtree.assessments import Grading, Question, Use
from techtree.lessons import Lesson, LessonVersion
from techtree.live import updates
from techtree.live.channels import of_placement, of_study
from techtree.live.questions import view, views
from techtree.messages import Study
from techtree.placements import Placement
from techtree.progress import LessonState, Mastery, Progress
from techtree.quizzes import Course, Quiz
from techtree.rendering import render
from techtree.status import Level
from techtree.syllabi import Concept


@dataclass(frozen=True, slots=True)
class Scene:
    """What the regions of a study are made of, read once."""

    study: Study
    lesson: Lesson
    """With its syllabus and module."""
    version: LessonVersion | None
    reached: Progress
    names: dict[str, str]
    """Of the syllabus' concepts by key."""
    after: UUID | None
    """The lesson after this one."""

    @property
    def language(self) -> str:
        """What the lesson is taught in."""
        return str(self.lesson.syllabus.language)


async def scene(study: UUID) -> Scene | None:
    found = await Study.objects().get(Study.id == study)
    lesson = await Lesson.with_place(found.lesson) if found else None
    if found is None or lesson is None:
        return None
    neighbours = await lesson.neighbours()
    return await set_scene(found, lesson, await lesson.version(), neighbours.after)


async def set_scene(
    study: Study, lesson: Lesson, version: LessonVersion | None, after: UUID | None
) -> Scene:
    """The same for a page, which has read some of it already."""
    syllabus = lesson.syllabus.id
    reached = await progress.of_syllabus(syllabus, study.learner)
    names = {"lesson": lesson.title} | await Concept.names(syllabus)
    return Scene(study, lesson, version, reached, names, after)


Region = Callable[[Scene], Awaitable[str]]


# The task


async def task(scene: Scene, *, oob: bool = True) -> str:
    """The active task, or the buttons that ask for one."""
    active = await Question.active_in(scene.study.id)
    return render(
        "questions/_task.html",
        lesson_id=scene.lesson.id,
        question=await view(active, scene.language) if active else None,
        swap_oob=oob,
    )


async def task_help(question: Question) -> str:
    """What help a task has shown so far. What is being typed beside it stays."""
    language = await Study.language_of(question.study)
    return render("questions/_help.html", question=await view(question, language), swap_oob=True)


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
        if found.position is not None:
            # One that is only prepared isn't shown.
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


async def quiz(scene: Scene, *, oob: bool = True) -> str:
    """The running attempt, its result, or the button that begins one."""
    running = await Quiz.current(scene.study.id)
    course = await running.course() if running else None
    at, before = (course.now, course.before) if course else (None, None)
    return render(
        "quizzes/_quiz.html",
        lesson_id=scene.lesson.id,
        quiz=running,
        course=course,
        now=await view(at.question, scene.language) if at else None,
        before=await view(before.question, scene.language) if before else None,
        place=course.asked.index(at) + 1 if course and at else 0,
        look_again=_look_again(scene, course) if course and course.is_over else [],
        is_completed=scene.reached.state(scene.lesson.id) is LessonState.COMPLETED,
        swap_oob=oob,
    )


async def show_quiz(study: UUID) -> None:
    await _publish(study, "quiz", quiz)


def _look_again(scene: Scene, course: Course) -> list[tuple[str, str]]:
    """What was missed, with the address of the block that speaks of it first, in that order."""
    text = scene.version.content if scene.version else ""
    blocks = updates.blocks_of(text, open_end=False)
    found = []
    for key in dict.fromkeys(key for each in course.missed for key in each.question.concepts):
        name = scene.names.get(key, key)
        words = name.casefold()
        place = next((b.number for b in blocks if words in b.html.casefold()), None)
        address = "lesson-content-area" if place is None else f"lesson-{scene.lesson.id}-b{place}"
        found.append((place or 0, name, f"#{address}"))
    return [(name, address) for _, name, address in sorted(found)]


# Progress


async def progress_area(scene: Scene, *, oob: bool = True) -> str:
    """Where the learner stands in this lesson and its syllabus."""
    lesson, reached = scene.lesson, scene.reached
    return render(
        "progress/_progress.html",
        lesson=lesson,
        state=reached.state(lesson.id),
        progress=reached,
        total=len(reached.states),
        concepts=[
            (
                scene.names.get(key, key),
                reached.mastery.get(key, Mastery.NONE),
                key in reached.known,
            )
            for key in lesson.teaches
        ],
        skip_to=scene.after if reached.knows(lesson.teaches) else None,
        swap_oob=oob,
    )


async def show_progress(study: UUID) -> None:
    """Publish progress in the lesson, and in the tree for whoever the syllabus is."""
    shown = await _publish(study, "progress", progress_area)
    if shown is not None and shown.lesson.syllabus.learner is not None:
        await updates.show_syllabus(shown.lesson.syllabus.id)


# A placement


async def placement(row: UUID, *, oob: bool = True) -> str:
    """The question that is asked now, or what was found and why."""
    found = await Placement.objects().get(Placement.id == row)
    if found is None:
        return ""
    course = await found.course()
    level = Level(found.chosen) if found.chosen else course.found
    over = [each for each in course.asked if each.is_over] if level else []
    seen = await views([each.question for each in over], found.language)
    return render(
        "placements/_placement.html",
        placement=found,
        course=course,
        now=await view(course.now.question, found.language) if course.now and not level else None,
        level=level,
        levels=list(Level),
        reasons=[
            (Level(each.question.level).label, question, each.right)
            for each, question in zip(over, seen, strict=True)
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
    return await regions(study, task, quiz, progress_area)


async def regions(study: UUID, *made: Region) -> str:
    """Some regions of a study as they are now."""
    now = await scene(study)
    return "\n".join([await region(now) for region in made]) if now else ""


async def show_answer(question: Question) -> None:
    """Publish all that an answer changes."""
    await show_question(question.id)
    if question.study is not None:
        await show_progress(question.study)


async def _publish(study: UUID, name: str, region: Region) -> Scene | None:
    rows = await Study.raw(
        "UPDATE study SET revision = revision + 1 WHERE id = {} RETURNING revision", study
    )
    now = await scene(study) if rows else None
    if now is not None:
        html = await region(now)
        await updates.log().publish(of_study(study), html, region=name, fence=rows[0]["revision"])
    return now
