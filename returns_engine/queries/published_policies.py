"""The versions of the policy that were published, and the one in force as a process knows it."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, NoReturn

import structlog

from returns_engine.queries.rows import first_row, rows, with_json
from returns_engine.rules.policy import Policy, PolicyError, Replaced
from returns_engine.rules.policy_toml import read_policy
from returns_engine.tables.engine import DATABASE_FAILURES

LOOK_AGAIN_SECONDS = 10.0
"""How often a process asks whether there is a new version; publishing gives it notice enough."""

_LATEST = "SELECT max(id) AS id FROM policies"
# Of two that begin at one moment the one that was published later counts.
_ALL = "SELECT * FROM policies ORDER BY in_force_from NULLS FIRST, id"
_VERSIONS = """
SELECT p.id, p.policy_id, p.version, p.in_force_from, p.published_at, p.note, p.sha256,
       p.replay{} AS replay, u.username AS published_by
FROM policies p LEFT JOIN piccolo_user u ON u.id = p.published_by
"""
_SHORT = f"""{_VERSIONS.format(" - 'flips'")} ORDER BY p.in_force_from DESC NULLS LAST, p.id DESC"""
_ONE = f"{_VERSIONS.format('')} WHERE p.version = {{}}"

log = structlog.get_logger()


class PublishedPolicies:
    """The policy for every moment: that of the file until one is published, and then those.

    Versions are published with notice: each process learns of one before it is in force.
    """

    def __init__(self, of_file: Policy) -> None:
        self._newest, self._known = of_file, None

    def at(self, moment: datetime) -> Policy:
        """Return the version in force at a moment (aware), with those that it replaced."""
        return self._newest.in_force_at(moment)

    async def look_again(self) -> None:
        """Take up what was published since; raises PolicyError for what this code cannot read."""
        row = await first_row(_LATEST)
        latest = row["id"] if row else None
        if latest != self._known:
            newest = policy_of_versions(await rows(_ALL))
            self._newest, self._known = newest or self._newest, latest


@asynccontextmanager
async def keeping_up(policies: PublishedPolicies) -> AsyncIterator[None]:
    """Take up what was published, now and every few seconds; raises PolicyError at the start."""
    await policies.look_again()
    looking = asyncio.create_task(_keep_up(policies))
    try:
        yield
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


async def _keep_up(policies: PublishedPolicies) -> NoReturn:
    while True:
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        try:
            await policies.look_again()
        except DATABASE_FAILURES as error:
            log.warning("policies_not_read", error=type(error).__name__)
        except PolicyError as error:
            log.exception("policy_not_readable", error=str(error))


def policy_of_versions(versions: Iterable[Mapping[str, Any]]) -> Policy | None:
    """Return the newest of the rows of `policies`, with those that it replaced; None of none."""
    newest: Policy | None = None
    for row in versions:
        name = f"the published policy, version {row['version']}"
        policy = read_policy(row["text"], name)
        if newest is not None:
            policy = replace(policy, replaces=Replaced(policy=newest, since=row["in_force_from"]))
        newest = policy
    return newest


async def published_versions() -> list[dict[str, Any]]:
    """Return every version that was published, without text and cases, the newest first."""
    return [with_json(row, "replay") for row in await rows(_SHORT)]


async def published_version(version: int) -> dict[str, Any] | None:
    """Return one of them with the cases that it would have changed; None for one there is not."""
    row = await first_row(_ONE, version)
    return with_json(row, "replay") if row else None


async def published_text(version: int) -> str | None:
    """Return a published version word for word; None for one that was not published."""
    row = await first_row("SELECT text FROM policies WHERE version = {}", version)
    return row["text"] if row else None


async def newest_policy(of_file: Policy) -> Policy:
    """Return the version that was published last, with those before; that of the file for none."""
    return policy_of_versions(await rows(_ALL)) or of_file
