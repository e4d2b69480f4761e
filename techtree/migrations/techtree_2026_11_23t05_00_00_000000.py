"""Indexes that only PostgreSQL can say: partial ones, and those over expressions."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-23T05:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "One open piece of work at a time; what is owed is found quickly."


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="techtree", description=DESCRIPTION)
    manager.add_raw(_add_indexes)
    manager.add_raw_backwards(_drop_indexes)
    return manager


INDEXES = {
    # At most one writing of a lesson at a time, and one draft of the same wish.
    "lesson_version_one_open": "UNIQUE INDEX {} ON lesson_version (lesson)"
    " WHERE status IN ('pending', 'writing')",
    "syllabus_one_open": "UNIQUE INDEX {} ON syllabus (learner, lower(topic), level)"
    " WHERE status IN ('pending', 'writing')",
    # The sweeper reads only what is owed, however much is done.
    "lesson_version_owed": "INDEX {} ON lesson_version (status)"
    " WHERE status IN ('pending', 'writing')",
    "syllabus_owed": "INDEX {} ON syllabus (status) WHERE status IN ('pending', 'writing')",
    "message_owed": "INDEX {} ON message (status) WHERE status IN ('pending', 'writing')",
    # Foreign keys that pages look up, or that a deletion follows.
    "syllabus_of_learner": "INDEX {} ON syllabus (learner, created_at)",
    "study_of_lesson": "INDEX {} ON study (lesson)",
    "call_of_learner": "INDEX {} ON call (learner, created_at)",
}


async def _add_indexes() -> None:
    for name, definition in INDEXES.items():
        await RawTable.raw(f"CREATE {definition.format(name)}")


async def _drop_indexes() -> None:
    for name in INDEXES:
        await RawTable.raw(f"DROP INDEX IF EXISTS {name}")


class RawTable(Table):
    """Carries statements that belong to no one table."""
