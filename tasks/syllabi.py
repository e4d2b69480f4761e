"""Drafting syllabi."""

import json
from contextlib import aclosing
from dataclasses import asdict
from uuid import UUID

import dramatiq

from tasks.author import author
from tasks.broker import LONG, broker
from tasks.runs import Attempt, run
from techtree.drafts import store
from techtree.live import updates
from techtree.live.channels import of_syllabus
from techtree.live.publisher import Publisher
from techtree.status import Level
from techtree.syllabi import Syllabus
from techtree.tutor.author import Purpose, SyllabusBrief, SyllabusDraft


@dramatiq.actor(broker=broker, notify_shutdown=True, priority=LONG)
async def draft_syllabus(syllabus: str) -> None:
    """Decide the modules and lessons of a syllabus."""
    await run(draft_syllabus, Syllabus, UUID(syllabus), _draft, updates.show_syllabus)


async def _draft(attempt: Attempt) -> None:
    syllabus = await Syllabus.objects().get(Syllabus.id == attempt.row)
    if syllabus is None:
        return
    brief = SyllabusBrief(
        syllabus.topic,
        Level(syllabus.level),
        Purpose("syllabus", syllabus.id, syllabus.learner),
        syllabus.language,
    )
    await attempt.save(draft=None, model=author().name)
    async with Publisher(
        updates.log(), of_syllabus(syllabus.id), region="tree", fence=attempt.number
    ) as page:
        page.put("tree", await updates.syllabus_tree(syllabus.id))
        async with aclosing(author().draft_syllabus(brief)) as drafts:
            async for draft in drafts:
                await _keep(attempt, draft)
                page.put("tree", await updates.syllabus_tree(syllabus.id))
    await updates.show_dashboard(syllabus.id)


async def _keep(attempt: Attempt, draft: SyllabusDraft) -> None:
    if draft.final:
        attempt.finished = True
        await store(attempt.row, attempt.number, draft)
    else:
        decided = json.dumps(asdict(draft))
        await attempt.save(title=draft.title[:300], summary=draft.summary, draft=decided)
