"""Piccolo's view of our tables and migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="returns_engine",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        modules=[
            "returns_engine.tables.access",
            "returns_engine.tables.choices",
            "returns_engine.tables.compensations",
            "returns_engine.tables.drafts",
            "returns_engine.tables.events",
            "returns_engine.tables.ledger",
            "returns_engine.tables.messages",
            "returns_engine.tables.opinions",
            "returns_engine.tables.orders",
            "returns_engine.tables.parcels",
            "returns_engine.tables.policies",
            "returns_engine.tables.reconciliations",
            "returns_engine.tables.reference",
            "returns_engine.tables.refund_papers",
            "returns_engine.tables.refunds",
            "returns_engine.tables.replacements",
            "returns_engine.tables.returns",
            "returns_engine.tables.totp",
            "returns_engine.tables.webhooks",
        ],
        exclude_imported=True,
    ),
    migration_dependencies=["piccolo.apps.user.piccolo_app"],
    commands=[],
)
