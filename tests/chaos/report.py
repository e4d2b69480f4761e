"""What a run found, as a table and as a verdict."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.chaos.faults import Fault
from tests.chaos.learner import Learner
from tests.chaos.sight import Sight

SHOWN = 6
"""Problems that are printed in full."""


@dataclass
class Report:
    seed: int
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    _served: list[str] = field(default_factory=list)
    _times: dict[Fault, list[float]] = field(default_factory=lambda: defaultdict(list))

    def recovered(self, fault: Fault, times: dict[Sight, float]) -> None:
        self._times[fault] += times.values()

    def add(self, page: Sight, difference: list[str]) -> None:
        """What a page went through, and how it differs in the end from one loaded afresh."""
        self.counts.update(page.counts)
        self.counts["pages"] += 1
        where = f"{page.learner.name} on {page.path}"
        self.problems += [f"{where}: {problem}" for problem in page.problems]
        if difference:
            self.counts["stale"] += 1
            self.problems.append("\n    ".join([f"{where} is stale:", *difference[:12]]))

    def check_questions(self, learner: str, asked: int, stored: int) -> None:
        if asked != stored:
            self.problems.append(f"{learner} asked {asked} questions, and {stored} are stored")

    def check_roaming(self, learner: Learner, webs: Sequence[str]) -> None:
        """Each web process must have served the learner."""
        for kind, counts in (("answers", learner.answers), ("streams", learner.streams)):
            figures = "".join(f"{counts[web]:8}" for web in webs)
            self._served.append(f"{f'{kind} to {learner.name} from each web':36}{figures}")
        for web in webs:
            if not learner.answers[web] + learner.streams[web]:
                self.problems.append(f"{learner.name} was never served by {web}")

    def late(self, slack: float = 1) -> list[str]:
        """The faults after which a page took longer than `slack` times the limit."""
        worst = {fault: max(times) for fault, times in self._times.items()}
        return [
            f"{fault.name}: a page was current only after {seconds:.1f} s"
            for fault, seconds in worst.items()
            if seconds > fault.limit * slack
        ]

    @property
    def is_good(self) -> bool:
        return not self.problems and not self.late()

    def __str__(self) -> str:
        names = ("pages", "connected", "cut", "refused", "deliveries")
        flaws = ("lost", "doubled", "reordered", "mixed", "foreign", "stale")
        lines = [
            f"seed {self.seed}",
            "  ".join(f"{name} {self.counts[name]}" for name in names),
            "  ".join(f"{name} {self.counts[name]}" for name in flaws),
            "",
            *self._served,
            "",
            f"{'seconds until every page is current':36} median   worst   limit",
        ]
        for fault, times in self._times.items():
            lines.append(
                f"{fault.name:36} {statistics.median(times):6.2f}  {max(times):6.2f}"
                f"  {fault.limit:6.0f}{'  LATE' if max(times) > fault.limit else ''}"
            )
        problems = self.late() + self.problems
        lines += ["", *problems[:SHOWN]]
        if len(problems) > SHOWN:
            lines.append(f"… and {len(problems) - SHOWN} more")
        return "\n".join(lines)
