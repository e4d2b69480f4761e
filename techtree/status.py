"""The states of long work, and the levels a syllabus is written for."""

from enum import StrEnum

from techtree.languages import gettext as _, marked


class Status(StrEnum):
    """Where a piece of long work stands. It lives on the row that the work fills."""

    PENDING = "pending"
    WRITING = "writing"
    COMPLETE = "complete"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def is_open(self) -> bool:
        """True while a job is still owed."""
        return self in (Status.PENDING, Status.WRITING)


class Level(StrEnum):
    """How much a learner already knows, from least to most."""

    BEGINNER = "beginner"
    EARLY_LEARNER = "early-learner"
    GOOD_KNOWLEDGE = "good-knowledge"
    ADVANCED = "advanced"

    @property
    def label(self) -> str:
        return _(_LABELS[self])

    @property
    def harder(self) -> "Level | None":
        """The level above; None above the highest."""
        levels = list(Level)
        place = levels.index(self) + 1
        return levels[place] if place < len(levels) else None

    @property
    def easier(self) -> "Level | None":
        """The level below; None below the lowest."""
        levels = list(Level)
        place = levels.index(self)
        return levels[place - 1] if place else None


_LABELS = {
    Level.BEGINNER: marked("Beginner"),
    Level.EARLY_LEARNER: marked("Early learner"),
    Level.GOOD_KNOWLEDGE: marked("Good knowledge"),
    Level.ADVANCED: marked("Advanced"),
}
