"""What the calls are about: orders that can be returned, keys of programs, the newest returns."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import psycopg

from returns_engine.documents.policy_file import load_policy
from returns_engine.rules.words import Role, Scope
from returns_engine.sandbox.sample_data.fill import Wanted, fill
from returns_engine.tables.engine import engine_at
from returns_engine.workflow.make_api_key import make_api_key

Operation = list[dict[str, Any]]
FRESH_SEED = 900
_FRESH = """
SELECT o.number FROM orders o JOIN payments p ON p."order" = o.id
WHERE starts_with(o.number, %s) AND o.status = 'completed' AND p.provider = %s
  AND NOT EXISTS (SELECT FROM returns r WHERE r."order" = o.id)
  AND NOT EXISTS (SELECT FROM shipments s WHERE s."order" = o.id AND s.delivered_at IS NULL)
  AND EXISTS (SELECT FROM order_lines l WHERE l."order" = o.id AND l.line_id = 'L1'
              AND l.kind = 'stock')
ORDER BY o.id
"""
_HALF_PAID_ELSEWHERE = """
UPDATE payments p SET provider = 'external', method = 'marketplace' FROM orders o
WHERE o.id = p."order" AND starts_with(o.number, %s) AND o.id %% 4 = 0
"""
# No sweep asks the provider about refunds that the sample left open: it does not know them.
_LEFT_ALONE = "UPDATE refunds SET checked_at = now() + interval '1 day' WHERE state <> 'succeeded'"
_STAFF = """
WITH person AS (
    INSERT INTO piccolo_user (username, password, email, active, admin, superuser)
    VALUES (%(email)s, 'nobody signs in', %(email)s, true, true, false)
    ON CONFLICT (username) DO NOTHING RETURNING id
)
INSERT INTO staff_roles (staff, role) SELECT id, %(role)s FROM person
"""
_KEYS = {
    "shop": (None, {Scope.RETURNS_READ, Scope.RETURNS_WRITE}),
    "bench": (Role.WAREHOUSE, {Scope.RECEIVING_WRITE, Scope.INSPECTIONS_WRITE}),
    "finance": (Role.FINANCE, {Scope.REFUNDS_READ, Scope.REFUNDS_APPROVE}),
}
_CHECKS = dict.fromkeys(("as_received", "unused", "tags_attached", "original_packaging"), True)


@dataclass(slots=True, kw_only=True)
class Supply:
    """Orders and keys of one database; what is used up is taken out."""

    keys: dict[str, str]
    known: Sequence[str]
    by_card: list[str]
    elsewhere: list[str]
    _numbers: Iterator[int] = field(default_factory=count)

    def look_ups(self) -> list[Operation]:
        """Return look-ups of orders all over the table."""
        return [[self._get(f"/orders/{number}")] for number in self.known]

    def lists(self) -> list[Operation]:
        """Return the list of the newest fifty."""
        return [[self._get("/returns?limit=50")]]

    def decisions(self) -> list[Operation]:
        """Return questions what the policy would say."""
        return [[self._decision(number)] for number in self.by_card[:200]]

    def creations(self, most: int) -> list[Operation]:
        """Take orders out, and return the calls that open their returns."""
        taken, self.by_card = self.by_card[:most], self.by_card[most:]
        return [[self._creation(number)] for number in taken]

    def lives(self, most: int) -> list[Operation]:
        """Take orders out, and return the calls that bring their returns to the end."""
        taken, self.elsewhere = self.elsewhere[:most], self.elsewhere[most:]
        return [self._life(number) for number in taken]

    def _life(self, order: str) -> Operation:
        line = {"line_id": "L1", "quantity": 1}
        found = line | {
            "checks": _CHECKS,
            "grade": "A",
            "verdict": "accepted",
            "disposition": "restock",
        }
        inspected = self._post("bench", "/returns/<number>/inspections", {"lines": [found]}, 201)
        refund = inspected | {
            "find": {"refund": ["refunds", 0, "id"], "amount": ["refunds", 0, "proposed"]}
        }
        approval = {"amount": "<amount>", "external_reference": f"bench-{next(self._numbers)}"}
        paid = self._post("finance", "/refunds/<refund>/approve", approval, 200)
        paid["body"] = paid["body"].replace('"<amount>"', "<amount>")
        return [
            self._creation(order) | {"find": {"number": ["number"]}},
            self._post("bench", "/returns/<number>/receipts", {"lines": [line]}, 201),
            refund,
            paid,
        ]

    def _creation(self, order: str) -> dict[str, Any]:
        return self._post("shop", "/returns", _request(order), 201)

    def _decision(self, order: str) -> dict[str, Any]:
        body = {"order_number": order, "request": _request(order)}
        return self._post("shop", "/decisions", body, 200, key=False)

    def _post(
        self, who: str, path: str, body: dict[str, Any], status: int, *, key: bool = True
    ) -> dict[str, Any]:
        headers = self._headers(who) + "Content-Type: application/json\r\n"
        if key:
            headers += f"Idempotency-Key: bench-{next(self._numbers)}\r\n"
        return {
            "method": "POST",
            "path": f"/api/v1{path}",
            "headers": headers,
            "body": json.dumps(body),
            "status": status,
        }

    def _get(self, path: str) -> dict[str, Any]:
        return {
            "method": "GET",
            "path": f"/api/v1{path}",
            "headers": self._headers("shop"),
            "status": 200,
        }

    def _headers(self, who: str) -> str:
        return f"Authorization: Bearer {self.keys[who]}\r\n"


def _request(order: str) -> dict[str, Any]:
    line = {"line_id": "L1", "quantity": 1, "reason": "changed_mind"}
    return {"order_number": order, "lines": [line]}


def supply(database_url: str, fresh: int, seed: int = FRESH_SEED) -> Supply:
    """Add `fresh` orders of the last weeks to a database, and keys; return what there is."""
    until = datetime.now(UTC) - timedelta(days=1)
    wanted = Wanted(orders=fresh, returns=0, seed=seed, until=until, span=timedelta(days=20))
    fill(database_url, wanted, load_policy(None))
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(_HALF_PAID_ELSEWHERE, [wanted.prefix])
        connection.execute(_LEFT_ALONE)
        for who, (role, _) in _KEYS.items():
            if role is not None:
                connection.execute(_STAFF, {"email": f"{who}@example.com", "role": str(role)})
        known = connection.execute(
            "SELECT number FROM orders WHERE id % (SELECT 1 + count(*) / 500 FROM orders) = 0"
        ).fetchall()
        card = connection.execute(_FRESH, [wanted.prefix, "stripe"]).fetchall()
        elsewhere = connection.execute(_FRESH, [wanted.prefix, "external"]).fetchall()
        # As in `sizes`: they are orders of the last weeks, not of this minute.
        connection.execute("VACUUM (ANALYZE)")
    return Supply(
        keys=asyncio.run(_keys(database_url)),
        known=[row[0] for row in known],
        by_card=[row[0] for row in card],
        elsewhere=[row[0] for row in elsewhere],
    )


async def _keys(database_url: str) -> dict[str, str]:
    now = datetime.now(UTC)
    async with engine_at(database_url):
        return {
            who: await make_api_key(
                name=who,
                scopes=scopes,
                staff_email=None if role is None else f"{who}@example.com",
                now=now,
            )
            for who, (role, scopes) in _KEYS.items()
        }
