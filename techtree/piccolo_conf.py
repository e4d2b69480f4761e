"""Where Piccolo finds the database and the tables."""

from piccolo.conf.apps import AppRegistry
from piccolo.engine.postgres import PostgresEngine

from techtree.settings import get_settings

DB = PostgresEngine(config={"dsn": get_settings().postgres_dsn})

APP_REGISTRY = AppRegistry(apps=["techtree.piccolo_app", "piccolo.apps.user.piccolo_app"])
