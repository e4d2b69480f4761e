"""Which rule grades which kind of item."""

from techtree.grading import feedback
from techtree.grading.expressions import grade_expression
from techtree.grading.numbers import grade_number
from techtree.grading.verdicts import DONT_KNOW, Grade
from techtree.grading.words import grade_short, normalised
from techtree.items import AnyItem, Choice, Code, Expression, Number, Order, Short, TrueFalse
from techtree.languages import gettext as _, marked


async def by_rule(item: AnyItem, answer: str, *, final: bool) -> Grade | None:
    """The grade, or None when only a rubric can decide.

    `answer` is the index of the option in the item's own order for a choice, `true` or `false`,
    indices in the learner's order with spaces between them, otherwise what the learner typed.
    The key and the explanation are in the feedback only when `final`, that is when no try remains,
    when the answer is right, or when the learner gives up.
    """
    if not answer.strip():
        return feedback.unsure(_(NOTHING).format(dont_know=_(DONT_KNOW)), "the answer is empty")
    if gives_up(answer):
        return feedback.given_up(item)
    grade: Grade | None
    match item:
        case Choice():
            grade = _grade_choice(item, answer, final)
        case TrueFalse():
            grade = _grade_true_false(item, answer, final)
        case Order():
            grade = _grade_order(item, answer, final)
        case Number():
            grade = grade_number(item, answer, final=final)
        case Expression():
            grade = await grade_expression(item, answer, final=final)
        case Short():
            grade = grade_short(item, answer, final=final)
        case Code():
            grade = _grade_code(item, answer)
    return grade


NOTHING = marked("There is no answer yet. Write what you think, or choose “{dont_know}”.")


def gives_up(answer: str) -> bool:
    """Whether the answer is “I don't know”: it ends the tries and shows the explanation."""
    return len(answer) < 40 and normalised(answer) in {*GIVEN_UP, normalised(_(DONT_KNOW))}


GIVEN_UP = frozenset(
    normalised(text)
    for text in (
        DONT_KNOW,
        "I do not know",
        "don't know",
        "dunno",
        "idk",
        "no idea",
        "I have no idea",
        "no clue",
        "not sure",
        "I'm not sure",
        "I give up",
    )
)


def _grade_choice(item: Choice, answer: str, final: bool) -> Grade:
    chosen = answer.strip()
    if not (chosen.isdecimal() and len(chosen) < 3 and int(chosen) < len(item.options)):
        return feedback.unsure(_("Choose one of the options."), f"no option {chosen[:20]!r}")
    option = item.options[int(chosen)]
    if option.right:
        return feedback.correct(item, f"option {chosen}")
    return feedback.incorrect(
        item, f"option {chosen}", final=final, misconception=option.misconception
    )


def _grade_true_false(item: TrueFalse, answer: str, final: bool) -> Grade:
    said = answer.strip().casefold()
    if said not in ("true", "false"):
        return feedback.unsure(_("Choose “true” or “false”."), f"neither: {said[:20]!r}")
    if (said == "true") is item.answer:
        return feedback.correct(item, said)
    return feedback.incorrect(item, said, final=final, misconception=item.misconception)


def _grade_order(item: Order, answer: str, final: bool) -> Grade:
    places = answer.split()
    right = [str(index) for index in range(len(item.items))]
    if sorted(places) != right:
        return feedback.unsure(_("Give each of them one place."), f"no order: {answer[:40]!r}")
    if places == right:
        return feedback.correct(item, answer)
    # In a list of three, nearly every wrong order has only one thing out of place.
    if len(right) > 3 and _in_order(places) == len(right) - 1:
        return feedback.partly(item, _("All but one are in order."), answer, final=final)
    return feedback.incorrect(item, answer, final=final, misconception=item.misconception)


def _in_order(places: list[str]) -> int:
    """The length of the longest run, gaps allowed, that is in order already."""
    longest: list[int] = []
    for at, place in enumerate(places):
        before = [longest[i] for i in range(at) if int(places[i]) < int(place)]
        longest.append(1 + max(before, default=0))
    return max(longest)


def _grade_code(item: Code, answer: str) -> Grade | None:
    if "".join(answer.split()) == "".join(item.starter.split()):
        return feedback.unsure(
            _("Nothing has been added to the code yet."), "the starter unchanged"
        )
    return None
