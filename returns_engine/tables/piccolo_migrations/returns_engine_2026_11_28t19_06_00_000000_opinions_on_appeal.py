"""A second opinion may be asked for on appeal; what nobody gave before its end is withdrawn."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T19:06:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "checks of opinions on appeal"

# What is there is read through by the next one, which keeps nobody from the table.
ON_APPEAL = """
ALTER TABLE opinions DROP CONSTRAINT opinions_ck_state, DROP CONSTRAINT opinions_ck_given,
DROP CONSTRAINT opinions_ck_decided,
ADD CONSTRAINT opinions_ck_cause CHECK (
    cause = 'appeal' OR cause = 'value' AND state <> 'withdrawn') NOT VALID,
ADD CONSTRAINT opinions_ck_state CHECK (
    state IN ('asked', 'agreed', 'disputed', 'decided', 'withdrawn')) NOT VALID,
ADD CONSTRAINT opinions_ck_given CHECK (
    (state IN ('asked', 'withdrawn')) = (given_at IS NULL)
    AND (given_at IS NULL) = (second_by IS NULL)
    AND (given_at IS NULL) = (second_grade IS NULL)
    AND COALESCE(second_verdict, '') = CASE WHEN state IN ('asked', 'withdrawn') THEN ''
        WHEN state = 'agreed' THEN 'rejected' ELSE 'accepted' END) NOT VALID,
ADD CONSTRAINT opinions_ck_decided CHECK (
    (state = 'decided') = (decided_at IS NOT NULL)
    AND CASE WHEN decided_at IS NULL THEN decided_by IS NULL
        ELSE decided_by IS NOT NULL OR cause = 'appeal' END
    AND (state = 'decided') = COALESCE(decided_verdict IN ('accepted', 'rejected'), false))
    NOT VALID
"""
BY_VALUE_ALONE = """
ALTER TABLE opinions DROP CONSTRAINT opinions_ck_cause, DROP CONSTRAINT opinions_ck_state,
DROP CONSTRAINT opinions_ck_given, DROP CONSTRAINT opinions_ck_decided,
ADD CONSTRAINT opinions_ck_state CHECK (
    state IN ('asked', 'agreed', 'disputed', 'decided')) NOT VALID,
ADD CONSTRAINT opinions_ck_given CHECK (
    (state = 'asked') = (given_at IS NULL) AND (given_at IS NULL) = (second_by IS NULL)
    AND (given_at IS NULL) = (second_grade IS NULL)
    AND COALESCE(second_verdict, '') = CASE state WHEN 'asked' THEN ''
        WHEN 'agreed' THEN 'rejected' ELSE 'accepted' END) NOT VALID,
ADD CONSTRAINT opinions_ck_decided CHECK (
    (state = 'decided') = (decided_at IS NOT NULL)
    AND (decided_at IS NULL) = (decided_by IS NULL)
    AND (state = 'decided') = COALESCE(decided_verdict IN ('accepted', 'rejected'), false))
    NOT VALID
"""


async def forwards() -> MigrationManager:
    """Replace the checks."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def widen() -> None:
        await connection().execute(ON_APPEAL)

    async def narrow() -> None:
        await connection().execute(BY_VALUE_ALONE)

    manager.add_raw(widen)
    manager.add_raw_backwards(narrow)
    return manager
