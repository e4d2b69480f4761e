"""What an author is told about a lesson or a question: briefs made from rows."""

from collections.abc import Iterable

from techtree.lessons import Lesson, LessonVersion
from techtree.messages import Message, Study
from techtree.status import Level, Status
from techtree.syllabi import Concept, OutlineLesson, Syllabus
from techtree.tutor.author import LessonBrief, Purpose, ReplyBrief, Turn

HISTORY = 20
"""Messages before the question that the tutor is told; the model's size may allow fewer."""


async def lesson_brief(lesson: Lesson, version: LessonVersion | None = None) -> LessonBrief:
    """The brief for a lesson that was loaded with its syllabus and module."""
    syllabus: Syllabus = lesson.syllabus
    outline = [each for module in await syllabus.outline() for each in module.lessons]
    place = next((i for i, each in enumerate(outline) if each.id == lesson.id), 0)
    names = await Concept.names(syllabus.id)
    return LessonBrief(
        topic=syllabus.topic,
        level=Level(syllabus.level),
        syllabus=syllabus.title,
        module=lesson.module.title,
        title=lesson.title,
        summary=lesson.summary,
        teaches=tuple(names.get(key, key) for key in lesson.teaches),
        builds_on=tuple(names.get(key, key) for key in lesson.builds_on),
        earlier=_titles(outline[:place]),
        later=_titles(outline[place + 1 :]),
        source=lesson.source or None,
        wish=version.wish if version else "",
        purpose=Purpose("lesson", version.id if version else None, syllabus.learner),
        language=syllabus.language,
    )


async def reply_brief(answer: Message) -> ReplyBrief | None:
    """The brief for a pending answer; None when its question was wiped meanwhile."""
    study = await Study.objects().get(Study.id == answer.study)
    question = await Message.objects().get(Message.id == answer.answers)
    if study is None or question is None:
        return None
    lesson = await Lesson.with_place(study.lesson)
    if lesson is None:
        return None
    before = (
        await Message.objects()
        .where(
            (Message.study == study.id)
            & (Message.position < question.position)
            & Message.wiped_at.is_null()
        )
        .order_by(Message.position, ascending=False)
        .limit(HISTORY)
    )
    version = await lesson.version()
    return ReplyBrief(
        lesson=await lesson_brief(lesson, version),
        text=version.content if version else "",
        question=question.content,
        history=tuple(
            Turn(each.role, each.content)
            for each in reversed(before)
            if each.status != Status.FAILED and each.content
        ),
        purpose=Purpose("reply", answer.id, study.learner),
    )


def _titles(lessons: Iterable[OutlineLesson]) -> tuple[str, ...]:
    return tuple(f"{each.title}: {each.summary}" for each in lessons)
