"""Who is on the staff, and what each is there for."""

from dataclasses import dataclass

from returns_engine.queries.rows import rows
from returns_engine.rules.words import Role

_ALL = """
SELECT u.username AS email, u.first_name AS name, u.active,
       ARRAY(SELECT role FROM staff_roles WHERE staff = u.id ORDER BY role) AS roles
FROM piccolo_user u ORDER BY u.username
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """One of the staff; who has no role, or is not active, cannot do anything."""

    email: str
    name: str
    roles: tuple[Role, ...]
    active: bool


async def list_staff() -> list[Colleague]:
    """Return everybody who was ever taken on, by their address."""
    return [
        Colleague(
            email=row["email"],
            name=row["name"] or "",
            roles=tuple(Role(role) for role in row["roles"]),
            active=row["active"],
        )
        for row in await rows(_ALL)
    ]
