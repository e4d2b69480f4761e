"""What a lesson's questions and a course's placement must have, beyond each being an item."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from itertools import groupby
from statistics import median

from techtree.items import HINTS, Choice, Expression, Number, Short
from techtree.status import Level
from techtree.tutor.library.courses import Course, CourseLesson, CourseLevel
from techtree.tutor.library.problems import Problem
from techtree.tutor.library.questions import PLACEMENT_FILE, QUESTIONS, CourseQuestion

QUESTIONS_PER_LESSON, KINDS_PER_LESSON, PARTNERED = 8, 4, 2
PLACEMENTS, PLACEMENTS_PER_LEVEL = 20, 4
LONGEST_OPTION = 1.6
"""Of the median length of the options."""
SHORT_OPTION = 30
"""Characters up to which an option's length gives nothing away."""


def check_questions(lesson: CourseLesson) -> list[Problem]:
    """What is wrong with a lesson's questions."""
    path = lesson.path.with_name(f"{lesson.path.stem}{QUESTIONS}")
    count, kinds = len(lesson.questions), {question.item.kind for question in lesson.questions}
    problems: list[Problem] = []
    if count < QUESTIONS_PER_LESSON:
        problems.append(
            Problem(
                path,
                1,
                f"The lesson has {count} sound questions; it needs {QUESTIONS_PER_LESSON} or more",
                "Write the others into this file.",
            )
        )
    elif len(kinds) < KINDS_PER_LESSON:
        problems.append(
            Problem(
                path,
                1,
                f"The questions are of {len(kinds)} kinds: {', '.join(sorted(kinds))}",
                f"Ask in {KINDS_PER_LESSON} kinds or more.",
            )
        )
    concepts = {*lesson.teaches, *lesson.builds_on}
    for question in lesson.questions:
        problems += _concepts(question, concepts, "`teaches` or `builds_on` of the lesson")
        problems += _hints(question)
        problems += _wording(question)
    problems += _partners(lesson.questions)
    return problems


def check_keys(syllabus: CourseLevel) -> Iterator[Problem]:
    """A key names one question of a course at a level, because answers are stored under it."""
    yield from _same_keys(question for lesson in syllabus.lessons for question in lesson.questions)


def check_placement(course: Course) -> list[Problem]:
    path, count = course.folder / PLACEMENT_FILE, len(course.placement)
    problems = list(_same_keys(course.placement))
    if count < PLACEMENTS:
        problems.append(
            Problem(
                path,
                1,
                f"The course has {count} sound placement questions; it needs {PLACEMENTS} or more",
                "Write the others into this file.",
            )
        )
    levels = Counter(question.level for question in course.placement)
    for level in Level:
        if levels[level] < PLACEMENTS_PER_LEVEL:
            problems.append(
                Problem(
                    path,
                    1,
                    f"{levels[level]} placement questions are for `{level}`",
                    f"Let there be {PLACEMENTS_PER_LEVEL} or more for each of the four levels.",
                )
            )
    concepts = {concept.key for syllabus in course.syllabi for concept in syllabus.concepts}
    for question in course.placement:
        problems += _concepts(question, concepts, "any syllabus of the course")
        problems += _wording(question)
    return problems


def _same_keys(questions: Iterable[CourseQuestion]) -> Iterator[Problem]:
    def key(question: CourseQuestion) -> str:
        return question.item.key

    for _, same in groupby(sorted(questions, key=key), key):
        for question in list(same)[1:]:
            yield question.problem(
                "The key is there already", "Give this question another key.", "key"
            )


def _concepts(question: CourseQuestion, known: Set[str], where: str) -> Iterator[Problem]:
    for index, key in enumerate(question.item.concepts):
        if key not in known:
            yield question.problem(
                f"The concept `{key}` isn't in {where}",
                "Correct the key, or ask this elsewhere.",
                "concepts",
                index,
            )


def _hints(question: CourseQuestion) -> Iterator[Problem]:
    if len(question.item.hints) != HINTS:
        yield question.problem(
            f"There are {len(question.item.hints)} hints",
            "Give three: a nudge, a strategy, the next step.",
            "hints",
        )


def _partners(questions: tuple[CourseQuestion, ...]) -> Iterator[Problem]:
    by_key = {question.item.key: question.item for question in questions}
    paired = 0
    for question in questions:
        name = question.item.partner
        if name is None:
            continue
        partner = by_key.get(name)
        if partner is None or partner is question.item:
            yield question.problem(
                f"There is no other question `{name}` in this file",
                "Correct the key of the partner.",
                "partner",
            )
        elif partner.partner != question.item.key:
            yield question.problem(
                f"The partner `{name}` doesn't name this question as its own",
                f"Give `{name}` the line `partner: {question.item.key}`.",
                "partner",
            )
        else:
            paired += 1
    if questions and paired < PARTNERED:
        yield questions[0].problem(
            f"No two questions of this file are partners ({paired} are)",
            "Write a question that asks the same thought with other numbers, and let each name"
            " the other as `partner`.",
        )


def _wording(question: CourseQuestion) -> Iterator[Problem]:
    item = question.item
    if isinstance(item, Choice):
        yield from _options(question, item)
    for part, text in [("text", item.text), *(("hints", hint) for hint in item.hints)]:
        leaked = next((key for key in _keys(question) if _stands_in(key, text)), None)
        if leaked is not None:
            place = (part,) if part == "text" else (part, item.hints.index(text))
            yield question.problem(
                f"The key “{leaked}” stands in its {part}",
                "Say it in other words, so that reading isn't enough to answer.",
                *place,
            )


def _options(question: CourseQuestion, item: Choice) -> Iterator[Problem]:
    lengths = [len(option.text.strip()) for option in item.options]
    usual = median(lengths)
    for index, (option, length) in enumerate(zip(item.options, lengths, strict=True)):
        if length > SHORT_OPTION and length > LONGEST_OPTION * usual:
            yield question.problem(
                f"An option is {length / usual:.1f} times as long as usual, which gives it away",
                f"Shorten it, or lengthen the others: {LONGEST_OPTION} times is the most.",
                "options",
                index,
            )
        if _CATCH_ALL.search(option.text):
            yield question.problem(
                f"The option “{option.text.strip()}” is about the other options",
                "Write an option that says something about the matter; options are shuffled.",
                "options",
                index,
            )


def _keys(question: CourseQuestion) -> Iterator[str]:
    """The forms of the key that would answer the question wherever they stand."""
    match question.item:
        case Choice() as item:
            right = item.options[item.right].text.strip()
            # What the other options say in part, too, tells nothing.
            if len(right) >= SHORT_OPTION // 2:
                yield right
        case Number() as item:
            key = f"{item.answer:.12g}"
            # A single digit stands in any text by chance.
            if sum(letter.isdigit() for letter in key) >= 3 or "." in key:
                yield key
        case Expression() as item if len(item.answer) >= 4:
            yield item.answer
        case Short() as item:
            yield from (answer for answer in item.answers if len(answer) >= 3)


def _stands_in(key: str, text: str) -> bool:
    loose = r"\s+".join(map(re.escape, key.split()))
    return bool(re.search(rf"(?<![\w.,-]){loose}(?!\w|[.,]\d)", text, re.IGNORECASE))


_CATCH_ALL = re.compile(
    r"\b(?:all|none|both|neither) of (?:the above|the others|these|them)\b"
    r"|^(?:all|none|both|neither)\W*$",
    re.IGNORECASE,
)
