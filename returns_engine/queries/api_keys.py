"""Which keys there are: never the key, of which we hold a digest alone, nor the digest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from returns_engine.queries.rows import loaded, rows
from returns_engine.rules.granted_scopes import scopes_of_key
from returns_engine.rules.words import Role, Scope

_ALL = """
SELECT k.id, k.name, k.scopes, u.username AS person, u.active,
       ARRAY(SELECT role FROM staff_roles WHERE staff = k.staff) AS roles,
       k.created_at, k.last_used_at, k.revoked_at
FROM api_keys k LEFT JOIN piccolo_user u ON u.id = k.staff
ORDER BY k.revoked_at IS NOT NULL, lower(k.name), k.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOnList:
    """A key as it is listed; `person` is the e-mail of whom it acts for.

    `grants` is what is left of `scopes` by that person's roles of now; nothing once the key is
    revoked or the person is deactivated. `last_used_at` is right to the hour.
    """

    id: int
    name: str
    scopes: tuple[Scope, ...]
    grants: tuple[Scope, ...]
    person: str | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


async def list_api_keys() -> list[KeyOnList]:
    """Return every key there ever was, those in force first, by name."""
    return [_listed(row) for row in await rows(_ALL)]


def _listed(row: dict[str, Any]) -> KeyOnList:
    scopes = tuple(Scope(scope) for scope in loaded(row["scopes"]))
    roles = None if row["person"] is None else [Role(role) for role in row["roles"]]
    over = row["revoked_at"] is not None or row["active"] is False
    return KeyOnList(
        id=row["id"],
        name=row["name"],
        scopes=scopes,
        grants=() if over else tuple(sorted(scopes_of_key(scopes, roles))),
        person=row["person"],
        created_at=row["created_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
    )
