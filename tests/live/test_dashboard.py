"""A learner's own page is told when one of their syllabi changes."""

from redis.asyncio import Redis

from techtree.accounts import Learner
from techtree.live import updates
from techtree.live.channels import of_learner
from techtree.syllabi import Syllabus


async def test_it_is_told_to_fetch_itself(
    ada: Learner, eve: Learner, ada_syllabus: Syllabus, redis: Redis
) -> None:
    log = updates.log()
    before = await log.cursor([of_learner(ada.id), of_learner(eve.id)])
    await updates.show_syllabus(ada_syllabus.id)
    after = await log.after([of_learner(ada.id), of_learner(eve.id)], before)
    assert [index for index, _ in after.entries] == [0]
    assert b'hx-get="/dashboard"' in after.entries[0][1].data
