"""Publish a version of the policy: kept word for word, in force from a moment to come."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from piccolo.apps.user.tables import BaseUser

from returns_engine.queries.moments import utc_text
from returns_engine.queries.rows import first_row
from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.granted_scopes import scopes_of_roles
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import ActorKind, Role, Scope
from returns_engine.tables.access import StaffRole
from returns_engine.tables.engine import connection, transaction
from returns_engine.tables.policies import PublishedPolicy
from returns_engine.workflow.contacts import normalized_email
from returns_engine.workflow.record_events import NewEvent, record_staff_event
from returns_engine.workflow.refusals import Conflict, Unprocessable

NOTICE = timedelta(minutes=1)
"""How long before a version is in force it is published: every process has read it by then."""

_ONE_AT_A_TIME = "LOCK TABLE policies IN SHARE ROW EXCLUSIVE MODE"
_NEWEST = """
SELECT policy_id, version, in_force_from, sha256 FROM policies
ORDER BY in_force_from DESC NULLS LAST, id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyText:
    """A policy and the text of its file."""

    policy: Policy
    text: str

    @property
    def sha256(self) -> str:
        """Return the digest of the text, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


async def publish_policy(
    new: PolicyText,
    *,
    before: PolicyText,
    in_force_from: datetime | None,
    replay: dict[str, Any],
    note: str | None,
    by: int | None,
    now: datetime,
) -> datetime:
    """Publish a version, and return from when it is in force: for orders placed from then on (B-2).

    `in_force_from` is aware, and None for as soon as may be. `before` is what held until now: where
    nothing was published yet it is kept first, for all orders before. `replay` is the report that
    goes with the version, `by` the person. Raises Conflict for a version that is not newer,
    Unprocessable for a moment that is too early or another policy.
    """
    now = now.replace(microsecond=0)
    since = in_force_from or now + NOTICE
    async with transaction():
        await connection().execute(_ONE_AT_A_TIME)
        newest = await first_row(_NEWEST)
        if newest is None:
            await _keep(before, since=None, replay={}, note=None, by=None, now=now)
            newest = {
                "policy_id": before.policy.policy_id,
                "version": before.policy.version,
                "in_force_from": None,
            }
        _refuse_unfit(new.policy, since, newest, now)
        await _keep(new, since=since, replay=replay, note=note, by=by, now=now)
    return since


def _refuse_unfit(policy: Policy, since: datetime, newest: dict[str, Any], now: datetime) -> None:
    if policy.policy_id != newest["policy_id"]:
        raise Unprocessable(
            "other_policy",
            f"The file is of the policy {policy.policy_id}, and {newest['policy_id']} is in force:"
            f" a next version keeps its `id`.",
        )
    if policy.version <= newest["version"]:
        raise Conflict(
            "version_not_newer",
            f"Version {newest['version']} is published already: give the file a higher `version`.",
        )
    earliest = max(now + NOTICE, newest["in_force_from"] or now + NOTICE)
    if since < earliest:
        raise Unprocessable(
            "too_early",
            f"It can be in force from {_minute(earliest)} at the earliest: orders keep the policy"
            " they were placed under, and no version begins before the one it replaces.",
        )


async def _keep(
    kept: PolicyText,
    *,
    since: datetime | None,
    replay: dict[str, Any],
    note: str | None,
    by: int | None,
    now: datetime,
) -> None:
    row = PublishedPolicy(
        policy_id=kept.policy.policy_id,
        version=kept.policy.version,
        in_force_from=since,
        published_at=now,
        published_by=by,
        note=note,
        sha256=kept.sha256,
        text=kept.text,
        replay=replay,
    )
    await PublishedPolicy.insert(row)
    data = {
        "policy": kept.policy.policy_id,
        "version": kept.policy.version,
        "in_force_from": utc_text(since),
        "sha256": kept.sha256,
    }
    actor = SYSTEM
    if by is not None:
        actor = Actor(kind=ActorKind.STAFF, id=str(by), person=by)
    await record_staff_event(NewEvent(type="policy.published", data=data), actor=actor, now=now)


async def person_named(email: str | None) -> int | None:
    """Return the id of a person of the staff who may change the policy (`policies:write`).

    Raises Conflict `no_such_staff`, Unprocessable `scope_not_held`.
    """
    if email is None:
        return None
    user = await BaseUser.objects().where(BaseUser.username == normalized_email(email)).first()
    if user is None:
        raise Conflict("no_such_staff", f"Nobody on the staff has the address {email}.")
    person: int = user.id
    held = await StaffRole.select(StaffRole.role).where(StaffRole.staff == person)
    if Scope.POLICIES_WRITE not in scopes_of_roles([Role(row["role"]) for row in held]):
        raise Unprocessable("scope_not_held", f"{email} is neither a manager nor an administrator.")
    return person


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
