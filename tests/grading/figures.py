"""How well grading does on the labelled answers, and what it does when the model is away."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from statistics import median

from techtree.grading import Grade, Verdict
from techtree.tutor.author import Author, NoModelError, RubricGrade, TutorError
from techtree.tutor.grading import grade
from tests.fakes.author import FakeAuthor
from tests.grading.answers import Labelled

OUTAGES: tuple[TutorError, ...] = (
    NoModelError(),
    TutorError("The tutor's model can't be reached right now.", retry=True, detail="500"),
    TutorError("The tutor is being asked too much at the moment.", retry=True, detail="429"),
    TutorError("The tutor's model didn't come up with anything usable.", retry=True),
)


@dataclass
class Figures:
    graded: list[tuple[Labelled, Grade]] = field(default_factory=list)
    failed: list[Labelled] = field(default_factory=list)
    """Ungraded, because the model failed."""
    milliseconds: list[float] = field(default_factory=list)
    marks_from_outages: list[tuple[Labelled, Grade]] = field(default_factory=list)
    outages: int = 0

    @property
    def off(self) -> list[tuple[Labelled, Grade]]:
        """Graded otherwise than labelled."""
        return [(case, g) for case, g in self.graded if g.verdict not in case.expect]

    @property
    def not_wrong(self) -> int:
        return sum(Verdict.INCORRECT not in case.expect for case, _ in self.graded)

    @property
    def wrongly_incorrect(self) -> list[tuple[Labelled, Grade]]:
        return [(case, g) for case, g in self.off if g.verdict is Verdict.INCORRECT]

    @property
    def wrongly_correct(self) -> list[tuple[Labelled, Grade]]:
        return [(case, g) for case, g in self.off if g.verdict is Verdict.CORRECT]

    @property
    def injected(self) -> list[tuple[Labelled, Grade]]:
        return [(case, g) for case, g in self.graded if case.about == "injection"]

    @property
    def injected_above_zero(self) -> list[tuple[Labelled, Grade]]:
        return [(case, g) for case, g in self.injected if g.score]

    def lines(self) -> Iterable[str]:
        """The report."""
        share = len(self.wrongly_incorrect) / max(1, self.not_wrong)
        yield f"labelled answers              {len(self.graded) + len(self.failed):5}"
        yield f"graded as labelled            {len(self.graded) - len(self.off):5}"
        yield f"wrongly “incorrect”           {len(self.wrongly_incorrect):5}  {share:.1%}  (≤ 2 %)"
        yield f"wrongly “correct”             {len(self.wrongly_correct):5}"
        injected = f"of {len(self.injected)}, none allowed"
        yield f"injected answers above 0      {len(self.injected_above_zero):5}  {injected}"
        outages = f"of {self.outages}, none allowed"
        yield f"marks from outages            {len(self.marks_from_outages):5}  {outages}"
        yield f"left ungraded                 {len(self.failed):5}"
        if self.milliseconds:
            slowest = sorted(self.milliseconds)[int(len(self.milliseconds) * 0.99)]
            yield f"median time, 99 in 100        {median(self.milliseconds):.1f}, {slowest:.1f} ms"
        for case, found in self.off:
            expected = " or ".join(sorted(case.expect))
            yield f"  {case.name} ({case.about}): {found.verdict}, not {expected}; {found.detail}"


async def measure(
    cases: Iterable[Labelled], author_for: Callable[[Labelled], Author], *, outages: bool = True
) -> Figures:
    figures = Figures()
    for case in cases:
        started = time.perf_counter()
        try:
            found = await grade(author_for(case), case.item, case.answer, final=False)
        except TutorError:
            figures.failed.append(case)
        else:
            figures.graded.append((case, found))
        figures.milliseconds.append((time.perf_counter() - started) * 1000)
        if outages and case.passes:
            await _without_model(case, figures)
    return figures


async def _without_model(case: Labelled, figures: Figures) -> None:
    """Each outage in either pass: no score may come of it."""
    for error in OUTAGES:
        first, second = case.passes
        scripts: list[list[RubricGrade | Exception]]
        scripts = [[error, second], [first, error], [error, error]]
        for answers in scripts:
            figures.outages += 1
            try:
                found = await grade(FakeAuthor(grades=answers), case.item, case.answer, final=False)
            except TutorError:
                continue
            if found.score is not None:
                figures.marks_from_outages.append((case, found))


def recorded(case: Labelled) -> Author:
    """An author that says what was recorded, and nothing for an answer that rules must decide."""
    return FakeAuthor(grades=case.passes)
