"""Long work as a row: one writer at a time, and nothing owed is forgotten."""

from uuid import UUID

import pytest

from techtree import work
from techtree.lessons import Lesson, LessonVersion
from techtree.status import Status
from techtree.work import SupersededError


@pytest.fixture
async def version(ada_lesson: Lesson) -> LessonVersion:
    return await ada_lesson.ensure_version()


async def stored(row: UUID) -> LessonVersion:
    found = await LessonVersion.objects().get(LessonVersion.id == row)
    assert found
    return found


async def test_each_run_takes_the_next_attempt_number(version: LessonVersion) -> None:
    assert await work.begin(LessonVersion, version.id) == 1
    await work.hand_back(LessonVersion, version.id, 1)
    assert await work.begin(LessonVersion, version.id) == 2


async def test_a_job_delivered_twice_runs_once(version: LessonVersion) -> None:
    assert await work.begin(LessonVersion, version.id) == 1
    assert await work.begin(LessonVersion, version.id) is None


async def test_work_without_a_sign_of_life_is_taken_over(version: LessonVersion) -> None:
    await work.begin(LessonVersion, version.id)
    await age(version.id)
    assert await work.begin(LessonVersion, version.id) == 2


async def test_an_older_attempt_can_no_longer_write(version: LessonVersion) -> None:
    await work.begin(LessonVersion, version.id)
    await work.save(LessonVersion, version.id, 1, content="the first attempt")
    await age(version.id)
    await work.begin(LessonVersion, version.id)
    with pytest.raises(SupersededError):
        await work.save(LessonVersion, version.id, 1, content="too late")
    assert (await stored(version.id)).content == "the first attempt"


async def test_a_stopped_job_can_no_longer_write(version: LessonVersion) -> None:
    await work.begin(LessonVersion, version.id)
    assert await work.stop(LessonVersion, version.id)
    with pytest.raises(SupersededError):
        await work.save(LessonVersion, version.id, 1, content="unwanted")
    assert (await stored(version.id)).status == Status.STOPPED


async def test_pending_work_is_owed(version: LessonVersion) -> None:
    assert [owed.row for owed in await work.owed(LessonVersion)] == [version.id]


async def test_work_with_a_sign_of_life_is_not_owed(version: LessonVersion) -> None:
    await work.begin(LessonVersion, version.id)
    assert await work.owed(LessonVersion) == []


async def test_abandoned_work_is_owed(version: LessonVersion) -> None:
    await work.begin(LessonVersion, version.id)
    await age(version.id)
    assert [owed.row for owed in await work.owed(LessonVersion)] == [version.id]


async def test_postponed_work_is_not_owed_before_its_time(version: LessonVersion) -> None:
    await work.begin(LessonVersion, version.id)
    assert await work.postpone(LessonVersion, version.id, 1, 60)
    assert await work.owed(LessonVersion) == []
    assert (await stored(version.id)).status == Status.PENDING


async def test_the_last_try_is_not_postponed(version: LessonVersion) -> None:
    for attempt in range(1, work.MAX_TRIES + 1):
        assert await work.begin(LessonVersion, version.id) == attempt
        postponed = await work.postpone(LessonVersion, version.id, attempt, 0)
        assert postponed == (attempt < work.MAX_TRIES)


async def test_asking_again_gives_fresh_tries(version: LessonVersion) -> None:
    await work.begin(LessonVersion, version.id)
    await work.fail(LessonVersion, version.id, 1, "The model is away.")
    assert (await stored(version.id)).failure == "The model is away."
    assert await work.ask_again(LessonVersion, version.id)
    row = await stored(version.id)
    assert (row.status, row.tries, row.failure) == (Status.PENDING, 0, "")


async def test_complete_work_is_not_asked_for_again(version: LessonVersion) -> None:
    await work.begin(LessonVersion, version.id)
    await work.save(LessonVersion, version.id, 1, status=Status.COMPLETE.value)
    assert not await work.ask_again(LessonVersion, version.id)


async def test_learners_who_wait_come_before_what_is_prepared(
    ada_lesson: Lesson, another_lesson: Lesson
) -> None:
    ahead = await another_lesson.ensure_version(background=True)
    waited_for = await ada_lesson.ensure_version()
    assert [owed.row for owed in await work.owed(LessonVersion)] == [waited_for.id, ahead.id]


async def age(row: UUID) -> None:
    """Let a minute pass without a sign of life."""
    await LessonVersion.raw(
        "UPDATE lesson_version SET alive_at = now() - interval '1 minute' WHERE id = {}", row
    )
