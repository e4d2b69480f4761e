"""Of somebody who deletes everything, the log forgets what it still holds."""

import logging
from uuid import UUID

from redis.exceptions import RedisError

from techtree.accounts import Learner
from techtree.live.channels import Channel, of_lesson, of_placement, of_study, of_syllabus
from techtree.live.log import Log

logger = logging.getLogger(__name__)

_MADE_BY = {
    of_study: "SELECT id FROM study WHERE learner = {}",
    of_placement: "SELECT id FROM placement WHERE learner = {}",
    of_syllabus: "SELECT id FROM syllabus WHERE learner = {}",
    of_lesson: (
        "SELECT l.id FROM lesson l JOIN syllabus s ON s.id = l.syllabus WHERE s.learner = {}"
    ),
}


async def channels_of(learner: UUID) -> list[Channel]:
    """Every channel that carries something of this learner's. To be asked for before it goes."""
    return [
        channel(row["id"])
        for channel, query in _MADE_BY.items()
        for row in await Learner.raw(query, learner)
    ]


async def forget(log: Log, channels: list[Channel]) -> None:
    """Without Redis the log forgets by itself, an hour after its last entry."""
    try:
        await log.forget(channels)
    except (RedisError, OSError) as error:
        logger.warning("The log forgets by itself: %s", error)
