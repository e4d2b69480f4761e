from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-23T12:12:45:117947"
VERSION = "1.38.0"
DESCRIPTION = "Questions that an administrator retires."


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="techtree", description=DESCRIPTION)

    manager.add_column(
        table_class_name="Question",
        tablename="question",
        column_name="retired",
        db_column_name="retired",
        column_class_name="Boolean",
        column_class=Boolean,
        params={
            "default": False,
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    return manager
