"""Nobody waits for what another asked for in bulk, or for what is prepared ahead."""

from uuid import UUID, uuid4

from redis.asyncio import Redis as RedisClient

from tasks import lessons
from tasks.broker import BACKGROUND, DoorbellBroker
from tasks.lessons import write_lesson
from tasks.messages import reply_to_message
from tasks.queue import enqueue
from tasks.shares import SHARE
from tasks.sweeper import sweep
from techtree.accounts import Learner
from techtree.lessons import Lesson, LessonVersion
from techtree.messages import Study
from techtree.syllabi import Module, Syllabus
from tests.tasks.actors import Journal, wait_until
from tests.tasks.conftest import StartWorker


async def many_lessons(learner: Learner, count: int) -> list[Lesson]:
    syllabus = await Syllabus.objects().create(
        learner=learner.id, topic="Ropes", level="beginner", status="complete"
    )
    module = await Module.objects().create(syllabus=syllabus.id, position=1, title="Ropes")
    made = [
        Lesson(syllabus=syllabus.id, module=module.id, position=number, title=f"Rope {number}")
        for number in range(count)
    ]
    await Lesson.insert(*made)
    return made


async def lengths(redis: "RedisClient") -> tuple[int, int]:
    return await redis.llen("techtree:default"), await redis.llen("techtree:background")


async def test_what_one_learner_opens_at_once_leaves_the_queue_to_others(
    ada: Learner, eve: Learner, redis: "RedisClient"
) -> None:
    for lesson in await many_lessons(ada, 40):
        await enqueue(write_lesson, (await lesson.ensure_version()).id)
    assert await lengths(redis) == (SHARE, 40 - SHARE)
    (eves,) = await many_lessons(eve, 1)
    _, answer = await (await Study.open(eve, eves)).ask("Why?", uuid4())
    await enqueue(reply_to_message, answer.id)
    assert await lengths(redis) == (SHARE + 1, 40 - SHARE)


async def test_what_stood_back_comes_to_the_front_as_the_rest_is_done(
    ada: Learner, redis: "RedisClient"
) -> None:
    versions = [await each.ensure_version() for each in await many_lessons(ada, SHARE + 2)]
    await sweep()
    assert await lengths(redis) == (SHARE, 2)
    await LessonVersion.update({LessonVersion.status: "complete"}).where(
        LessonVersion.id == versions[0].id
    )
    await sweep()
    assert await lengths(redis) == (SHARE + 1, 2)


async def test_what_is_prepared_ahead_is_nobodys_share(ada: Learner, redis: "RedisClient") -> None:
    made = await many_lessons(ada, 40)
    syllabus = await Syllabus.objects().get(Syllabus.id == made[0].syllabus)
    assert syllabus
    await lessons.prepare(syllabus)
    assert await lengths(redis) == (0, 40)
    _, answer = await (await Study.open(ada, made[0])).ask("Why?", uuid4())
    await enqueue(reply_to_message, answer.id)
    assert await lengths(redis) == (1, 40)


async def test_work_of_nobody_is_never_too_much(database: None, redis: "RedisClient") -> None:
    for number in range(SHARE + 2):
        syllabus = await Syllabus.objects().create(
            topic=f"Ropes {number}", level="beginner", in_catalogue=True
        )
        assert isinstance(syllabus.id, UUID)
    await sweep()
    assert await lengths(redis) == (SHARE + 2, 0)


def test_background_work_leaves_half_of_a_worker_free(
    broker: DoorbellBroker, start_worker: StartWorker
) -> None:
    journal = Journal(broker)
    broker.declare_queue(BACKGROUND)
    for number in range(10):
        ahead = journal.message(f"ahead {number}", 1.0)
        broker.enqueue(ahead.copy(queue_name=BACKGROUND))
    start_worker(broker, threads=4)
    assert wait_until(lambda: len(journal.names) == 2, 2)
    broker.enqueue(journal.message("Ada waits"))
    assert wait_until(lambda: "Ada waits" in journal.finished, 0.5)
    assert journal.names == ["ahead 0", "ahead 1", "Ada waits"]


def test_background_work_never_goes_before_a_learner_who_waits(
    broker: DoorbellBroker, start_worker: StartWorker
) -> None:
    journal = Journal(broker)
    broker.declare_queue(BACKGROUND)
    broker.enqueue(journal.message("ahead", 0).copy(queue_name=BACKGROUND))
    for number in range(6):
        broker.enqueue(journal.message(f"Ada {number}", 0.1))
    start_worker(broker, threads=2)
    assert wait_until(lambda: "ahead" in journal.finished, 5), "it gets its turn"
    for number in range(6):
        broker.enqueue(journal.message(f"Bo {number}", 0.2))
    assert wait_until(lambda: len([n for n in journal.names if n.startswith("Bo")]) == 2, 2)
    broker.enqueue(journal.message("ahead again", 0).copy(queue_name=BACKGROUND))
    assert wait_until(lambda: "ahead again" in journal.finished, 5)
    assert journal.names.index("ahead again") == len(journal.names) - 1


def test_a_full_worker_takes_a_question_before_a_lesson(
    broker: DoorbellBroker, start_worker: StartWorker
) -> None:
    assert write_lesson.priority > reply_to_message.priority
