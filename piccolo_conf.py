"""Piccolo's configuration: the one engine, and whose tables there are.

Importing this file connects to nothing. `returns_engine.bootstrap` starts PostgreSQL where none is
configured and then points the engine at it.
"""

import os

from piccolo.conf.apps import AppRegistry

from returns_engine.tables.engine import Engine

DB = Engine(config={"dsn": os.environ.get("RETURNS_ENGINE_DATABASE_URL", "")})

APP_REGISTRY = AppRegistry(
    apps=[
        "returns_engine.tables.piccolo_app",
        "piccolo.apps.user.piccolo_app",
    ]
)
