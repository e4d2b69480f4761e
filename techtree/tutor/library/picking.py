"""Which of a course's questions to ask next."""

from collections.abc import Callable, Sequence

from techtree.items import AnyItem
from techtree.status import Level
from techtree.tutor.author import NoGoodQuestionError, QuestionBrief

Questions = Callable[[str], Sequence[AnyItem]]
"""The questions of a lesson, by its source, `course/level/lesson`."""
Placement = Callable[[str], Sequence[tuple[Level, AnyItem]]]
"""The placement questions of the course on a topic, each with the level it tells."""


def pick(items: Sequence[AnyItem], brief: QuestionBrief) -> AnyItem:
    """The first that fits and wasn't asked; when all were, the one asked longest ago.

    A partner that is asked for comes before any other. Raises `NoGoodQuestionError`.
    """
    wanted = {key for key, _ in brief.concepts}
    fitting = [
        item for item in items if item.kind in brief.kinds and wanted.intersection(item.concepts)
    ]
    if brief.partner_of is not None:
        partner = brief.partner_of.partner
        fitting.sort(key=lambda item: item.key != partner)
    if not fitting:
        raise NoGoodQuestionError("the course has no question on these concepts of these kinds")
    last = {text: place for place, text in enumerate(brief.avoid)}
    fresh = [item for item in fitting if item.text not in last]
    if fresh:
        return fresh[0]
    oldest = min(fitting, key=lambda item: last[item.text])
    if brief.avoid and oldest.text == brief.avoid[-1]:
        raise NoGoodQuestionError("the only fitting question has just been asked")
    return oldest


def pick_for_placement(items: Sequence[tuple[Level, AnyItem]], brief: QuestionBrief) -> AnyItem:
    """A question that wasn't asked, of the wanted level or else of the nearest, easier first."""
    levels = list(Level)
    wanted = levels.index(brief.level or brief.lesson.level)
    fresh = [
        (levels.index(level), item)
        for level, item in items
        if item.text not in brief.avoid and item.kind in brief.kinds
    ]
    if not fresh:
        raise NoGoodQuestionError("the course has no further placement question")
    return min(fresh, key=lambda entry: (abs(entry[0] - wanted), entry[0]))[1]
