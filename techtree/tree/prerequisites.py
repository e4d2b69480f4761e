"""Which lessons a lesson builds on, said once."""

from collections.abc import Sequence

from techtree.syllabi import OutlineLesson


def prerequisites(lessons: Sequence[OutlineLesson]) -> list[set[int]]:
    """For each lesson in reading order the earlier ones that teach what it builds on.

    What a prerequisite builds on itself is left out: the way leads through it anyhow.
    """
    taught: dict[str, int] = {}
    found: list[set[int]] = []
    behind: list[set[int]] = []
    for index, lesson in enumerate(lessons):
        needs = {taught[key] for key in lesson.builds_on if key in taught}
        implied = {each for need in needs for each in behind[need]}
        found.append(needs - implied)
        behind.append(needs | implied)
        for key in lesson.teaches:
            taught.setdefault(key, index)
    return found
