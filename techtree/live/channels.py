"""Who hears what: the only maker of channel names.

A page may listen to a channel only after its controller has looked the row up through the
learner. A study's channel carries one learner's conversation: a name built from anything but a
study that belongs to the listener would show it to a stranger.
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Kind = Literal["syllabus", "lesson", "study", "placement"]


@dataclass(frozen=True, slots=True)
class Channel:
    kind: Kind
    row: UUID

    @property
    def key(self) -> str:
        """The Redis stream that holds the channel's log, and the topic that announces entries."""
        return f"techtree:live:{self.kind}:{self.row}"


def of_syllabus(syllabus: UUID) -> Channel:
    """The tree, and the state of each lesson in it."""
    return Channel("syllabus", syllabus)


def of_lesson(lesson: UUID) -> Channel:
    """The text of a lesson: the same for everybody who may read it."""
    return Channel("lesson", lesson)


def of_placement(placement: UUID) -> Channel:
    """The questions of one learner's placement."""
    return Channel("placement", placement)


def of_study(study: UUID) -> Channel:
    """What passes between one learner and the tutor in one lesson."""
    return Channel("study", study)
