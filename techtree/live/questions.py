"""A question as a learner may see it: never its key, and its explanation only when it is over."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from markupsafe import Markup

from techtree import prose
from techtree.assessments import WORKED_EXAMPLE, Answer, Grading, Question, Use
from techtree.grading import DONT_KNOW, Verdict, feedback
from techtree.items import Code, Number, Order, Short, TrueFalse
from techtree.languages import gettext as _, marked
from techtree.status import Status

HELP = {
    1: marked("Nudge"),
    2: marked("Strategy"),
    3: marked("Next step"),
    WORKED_EXAMPLE: marked("Worked example"),
}

SHOW = {
    1: marked("Show the nudge"),
    2: marked("Show the strategy"),
    3: marked("Show the next step"),
    WORKED_EXAMPLE: marked("Show the worked example"),
}

VERDICTS = {
    Verdict.CORRECT: marked("Right"),
    Verdict.PARTLY: marked("Partly right"),
    Verdict.INCORRECT: marked("Not right"),
    Verdict.UNSURE: marked("Say more"),
    Verdict.UNGRADED: marked("Not graded yet"),
}


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The last answer and what was found of it."""

    id: UUID
    verdict: str
    label: str
    said: str
    """The answer in words, as HTML; a long one is cut."""
    feedback: str
    """HTML."""
    is_self_marked: bool
    can_be_contested: bool
    grading: Grading | None


LONGEST_SAID = 300
"""Characters of an answer that are repeated beside its verdict."""


class QuestionView:
    def __init__(
        self,
        question: Question,
        answers: list[Answer],
        gradings: dict[UUID, Grading],
        language: str = "",
    ) -> None:
        self.id = question.id
        self.language = language
        """Of its text, hints and options; empty where it isn't known."""
        self.use = Use(question.use)
        self.status = question.status
        self.failure = question.failure
        self.flagged = question.flagged
        self.is_written = question.item is not None and question.status == Status.COMPLETE
        self.is_over = bool(answers) and bool(answers[-1].final)
        # One key for each place in the question's course: a form sent twice is one answer.
        self.key = uuid5(question.id, str(len(answers)))
        self.last = _answer(question, answers, gradings) if answers and self.is_written else None
        if self.is_written:
            self._open(question)

    def _open(self, question: Question) -> None:
        item = question.content
        self.kind = item.kind
        self.text = html(item.text)
        self.parts = [html(text) for text in question.texts]
        self.plain_parts = question.texts if isinstance(item, Order) else []
        self.unit = isinstance(item, Number) and bool(item.unit)
        self.starter = item.starter if isinstance(item, Code) else ""
        self.rubric = list(item.rubric) if isinstance(item, Short | Code) else []
        self.is_binary = isinstance(item, TrueFalse)
        shown = [(_(HELP[n]), html(text)) for n, text in enumerate(item.hints[: question.help], 1)]
        if question.help >= WORKED_EXAMPLE:
            shown.append((_(HELP[WORKED_EXAMPLE]), html(feedback.solution(item))))
        self.help = shown
        self.had_worked_example = question.help >= WORKED_EXAMPLE
        after = question.help + 1
        self.next_help = after if after <= len(item.hints) else WORKED_EXAMPLE
        self.next_help_label = _(SHOW[self.next_help])
        self.can_help = (
            self.use is Use.EXERCISE and not self.had_worked_example and not self.is_over
        )
        self.reference = html(item.reference) if self.phase == "self-mark" else ""  # type: ignore[union-attr]

    @property
    def phase(self) -> str:
        """`writing`, `failed`, `open`, `waiting`, `ungraded`, `self-mark` or `over`."""
        if not self.is_written:
            return "writing" if Status(self.status).is_open else "failed"
        if self.last and self.last.verdict == Verdict.UNGRADED:
            grading = self.last.grading
            if grading is None or Status(grading.status).is_open:
                return "waiting"
            return "self-mark" if grading.status == Status.STOPPED else "ungraded"
        return "over" if self.is_over else "open"


async def view(question: Question, language: str = "") -> QuestionView:
    """The question with its answers as they stand now; `language` is what it is in, if known."""
    return (await views([question], language))[0]


async def views(questions: list[Question], language: str = "") -> list[QuestionView]:
    """The same of each of the questions."""
    answers = await Answer.standing_of([question.id for question in questions])
    last = [each[-1].id for each in answers.values() if each]
    owed = await Grading.objects().where(Grading.answer.is_in(last)) if last else []
    gradings = {grading.answer: grading for grading in owed}
    return [
        QuestionView(question, answers[question.id], gradings, language) for question in questions
    ]


def html(markdown: str) -> str:
    return "".join(block.html for block in prose.render(markdown))


def _answer(question: Question, answers: list[Answer], gradings: dict[UUID, Grading]) -> AnswerView:
    last = answers[-1]
    verdict = Verdict(last.verdict)
    grading = gradings.get(last.id)
    return AnswerView(
        last.id,
        verdict.value,
        _(VERDICTS[verdict]),
        _said(question, last.content),
        html(last.feedback),
        last.method == "self",
        verdict in (Verdict.INCORRECT, Verdict.PARTLY)
        and grading is None
        and not last.looked_at_again
        and last.method != "self",
        grading,
    )


def _said(question: Question, content: str) -> str:
    if content == DONT_KNOW:
        content = _(DONT_KNOW)
    by_place = dict(zip(question.shown, question.texts, strict=True)) if question.texts else {}
    places = [int(place) for place in content.split() if place.isdecimal()]
    if chosen := [html(by_place[place]) for place in places if place in by_place]:
        return "".join(chosen)
    return Markup("<p>{}</p>").format(shorten(content)) if content else ""


def shorten(text: str) -> str:
    return text if len(text) <= LONGEST_SAID else text[:LONGEST_SAID].rstrip() + " …"
