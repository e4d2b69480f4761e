"""Evidence that stays: a trigger that refuses to change or delete answers, and indexes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-23T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Answers are neither changed nor deleted, except with their learner."


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="techtree", description=DESCRIPTION)
    manager.add_raw(_forwards)
    manager.add_raw_backwards(_backwards)
    return manager


# An answer goes when its learner goes, who by then is no longer there to be found; and a guest's
# answers pass to the account that the guest signs in to.
GUARD = """
CREATE FUNCTION keep_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM learner WHERE id = OLD.learner) THEN
            RAISE EXCEPTION 'answers are never deleted: they are a learner''s evidence';
        END IF;
        RETURN OLD;
    END IF;
    IF to_jsonb(NEW) - 'learner' IS DISTINCT FROM to_jsonb(OLD) - 'learner' THEN
        RAISE EXCEPTION 'answers are never changed: add one that supersedes it';
    END IF;
    RETURN NEW;
END $$
"""

INDEXES = {
    "question_owed": "INDEX {} ON question (status) WHERE status IN ('pending', 'writing')",
    "grading_owed": "INDEX {} ON grading (status) WHERE status IN ('pending', 'writing')",
    # Nobody is asked the same twice in one quiz or placement.
    "question_once_in_quiz": "UNIQUE INDEX {} ON question (quiz, item_key)"
    " WHERE quiz IS NOT NULL AND item_key <> ''",
    "question_once_in_placement": "UNIQUE INDEX {} ON question (placement, item_key)"
    " WHERE placement IS NOT NULL AND item_key <> ''",
    "question_item": "INDEX {} ON question (item_key)",
    "quiz_one_shown": "UNIQUE INDEX {} ON quiz (study) WHERE left_at IS NULL",
    "question_place_in_quiz": "UNIQUE INDEX {} ON question (quiz, position) WHERE quiz IS NOT NULL",
    "question_place_in_placement": "UNIQUE INDEX {} ON question (placement, position)"
    " WHERE placement IS NOT NULL AND position IS NOT NULL",
}


async def _forwards() -> None:
    await RawTable.raw(GUARD)
    await RawTable.raw(
        "CREATE TRIGGER keep_answer BEFORE UPDATE OR DELETE ON answer"
        " FOR EACH ROW EXECUTE FUNCTION keep_answer()"
    )
    for name, definition in INDEXES.items():
        await RawTable.raw(f"CREATE {definition.format(name)}")


async def _backwards() -> None:
    for name in INDEXES:
        await RawTable.raw(f"DROP INDEX IF EXISTS {name}")
    await RawTable.raw("DROP TRIGGER keep_answer ON answer")
    await RawTable.raw("DROP FUNCTION keep_answer")


class RawTable(Table):
    """Carries statements that belong to no one table."""
