"""What an author is told when a question is to be made: briefs made from rows."""

from techtree.assessments import DISPUTES_TO_RETIRE, Question
from techtree.items import ITEM, AnyItem
from techtree.lessons import Lesson
from techtree.messages import Study
from techtree.placements import Placement
from techtree.status import Level
from techtree.syllabi import Concept
from techtree.teaching import lesson_brief
from techtree.tutor.author import LessonBrief, Purpose, QuestionBrief

ASKED_BEFORE = 20
"""Questions of the study that a new one must differ from."""

BY_RULE = ("choice", "true-false", "number", "expression", "order")
"""Kinds that a rule grades: a placement can't wait for a rubric."""


async def question_brief(question: Question, *, widely: bool = False) -> QuestionBrief | None:
    """The brief for a question that is owed; None when what it was for is gone.

    With `widely` it may ask about anything in the lesson.
    """
    if question.placement is not None:
        return await _for_placement(question)
    study = await Study.objects().get(Study.id == question.study)
    lesson = await Lesson.with_place(study.lesson) if study else None
    if study is None or lesson is None:
        return None
    version = await lesson.version()
    names = await Concept.names(lesson.syllabus.id) | {"lesson": lesson.title}
    keys = [*lesson.concepts, *lesson.builds_on] if widely else question.concepts
    return QuestionBrief(
        lesson=await lesson_brief(lesson, version),
        text=version.content if version else "",
        concepts=tuple((key, names.get(key, key)) for key in dict.fromkeys(keys)),
        level=Level(question.level),
        avoid=(*await _asked(question, study), *await _retired(question)),
        partner_of=None if widely else await _partner(question),
        purpose=Purpose("question", question.id, study.learner),
    )


async def is_retired(item: AnyItem) -> bool:
    """Whether this item is to be asked no more: a verdict on it was overturned, or too many
    learners say that it is wrong."""
    return bool(await Question.raw(f"{_RETIRED} AND q.item_key = {{}} LIMIT 1", item.key))


async def _for_placement(question: Question) -> QuestionBrief | None:
    placement = await Placement.objects().get(Placement.id == question.placement)
    if placement is None:
        return None
    others = await Question.select(Question.item).where(
        (Question.placement == placement.id) & Question.item.is_not_null()
    )
    level = Level(question.level)
    return QuestionBrief(
        lesson=LessonBrief(
            placement.topic,
            level,
            placement.topic,
            "Placement",
            placement.topic,
            "",
            language=placement.language,
        ),
        text="",
        concepts=((question.use, placement.topic),),
        kinds=BY_RULE[:3],
        level=level,
        avoid=tuple(ITEM.validate_json(row["item"]).text for row in others),
        purpose=Purpose("question", question.id, placement.learner),
    )


async def _asked(question: Question, study: Study) -> list[str]:
    """Texts of the last questions of the study, oldest first."""
    before = (
        await Question.select(Question.item)
        .where(
            (Question.study == study.id)
            & (Question.id != question.id)
            & Question.item.is_not_null()
        )
        .order_by(Question.created_at, ascending=False)
        .limit(ASKED_BEFORE)
    )
    return [ITEM.validate_json(row["item"]).text for row in reversed(before)]


async def _retired(question: Question) -> list[str]:
    rows = await Question.raw(
        f"{_RETIRED} AND s.lesson = (SELECT lesson FROM study WHERE id = {{}})",  # noqa: S608
        question.study,
    )
    return [ITEM.validate_json(row["item"]).text for row in rows]


async def _partner(question: Question) -> AnyItem | None:
    other = question.partner_of and await Question.objects().get(Question.id == question.partner_of)
    return other.content if other and other.item else None


# The first answer whose verdict a contest turned into `correct`, or as many flags as it takes.
_RETIRED = f"""
SELECT DISTINCT ON (q.item_key) q.item_key, q.item FROM question q
LEFT JOIN study s ON s.id = q.study
WHERE q.item IS NOT NULL AND (
    q.retired OR
    EXISTS (SELECT FROM grading g JOIN answer a ON a.id = g.answer
            JOIN answer later ON later.supersedes = a.id
            WHERE a.question = q.id AND g.argument <> '' AND later.verdict = 'correct')
    OR (SELECT count(*) FROM question f WHERE f.item_key = q.item_key AND f.flagged)
       >= {DISPUTES_TO_RETIRE}
)
"""  # noqa: S608
