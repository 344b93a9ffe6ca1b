"""All that waits for a person of support, as one list: what is due first, first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from returns_engine.queries.canceled_orders import CANCELED_UNSETTLED, canceled_values
from returns_engine.queries.late_orders import LateLimits, late_statement
from returns_engine.queries.page import Page, page_of
from returns_engine.queries.rows import loaded, rows
from returns_engine.rules.choice import BY_HAND

SOON = timedelta(days=2)
"""What falls due so soon is near."""
SILENCE = timedelta(days=3)
"""So long a customer, or a carrier, may take to answer before somebody looks again."""


ON_ITS_WAY = timedelta(days=14)
"""So long a parcel may be on its way to us before somebody asks where it is."""


class InboxKind(StrEnum):
    """Why somebody is needed."""

    REVIEW = "review"
    APPEAL = "appeal"
    MESSAGE = "message"
    QUESTION = "question"
    CHOICE = "choice"
    CHOICE_TO_DO = "choice_to_do"
    PROMISE = "promise"
    INQUIRY = "inquiry"
    MISSING = "missing"
    LATE = "late"
    CANCELED = "canceled"
    MAIL_FAILED = "mail_failed"
    STRAY_MAIL = "stray_mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class InBox:
    """How many of one kind wait, and the moment of the most urgent one."""

    count: int
    first_at: datetime


# Spelled out, as the index `choices_to_carry_out` spells it: no value would be known to be in it.
_BY_HAND = ", ".join(sorted(f"'{option}'" for option in BY_HAND))
_WRITTEN = "m.settled_at IS NULL AND m.direction = 'in' AND m.state = 'received' AND NOT m.internal"
_SILENCE = f"interval '{SILENCE.days} days'"
# An answer that is promised is the due day of its review; while the customer chooses, none waits.
_WAITS = f"""
SELECT CASE WHEN r.appealed AND r.appeal_outcome IS NULL THEN 'appeal' ELSE 'review' END AS kind,
       r.number AS ref, NULL::uuid AS thing, r.id AS return_id, r."order" AS order_id, '' AS word,
       CASE WHEN r.appealed AND r.appeal_outcome IS NULL THEN r.appealed_at
            ELSE COALESCE(p.made_at, r.requested_at) END AS since, p.due, NULL::jsonb AS late
FROM returns r LEFT JOIN promises p ON p.return_id = r.id AND p.what = 'answer'
                                   AND p.kept_at IS NULL AND p.released_at IS NULL
WHERE r.state = 'in_review'
  AND NOT EXISTS (SELECT FROM choices c WHERE c.return_id = r.id AND c.state = 'open')
UNION ALL
SELECT 'question', r.number, NULL, r.id, r."order", '', asked.at, asked.at + {_SILENCE}, NULL
FROM returns r CROSS JOIN LATERAL (
    SELECT max(e.at) AS at FROM events e
    WHERE e.chain = r.number AND e.type = 'return.info_requested') AS asked
WHERE r.state = 'needs_info' AND asked.at <= {{}}
UNION ALL
SELECT 'inquiry', r.number, NULL, r.id, r."order", '', r.carrier_asked_at,
       r.carrier_asked_at + {_SILENCE}, NULL
FROM returns r
WHERE r.carrier_asked_at IS NOT NULL AND r.state IN ('in_review', 'needs_info', 'in_transit')
UNION ALL
SELECT 'missing', r.number, NULL, r.id, r."order", '', r.in_transit_at,
       r.in_transit_at + interval '{ON_ITS_WAY.days} days', NULL
FROM returns r
WHERE r.state = 'in_transit' AND r.carrier_asked_at IS NULL AND r.in_transit_at <= {{}}
UNION ALL
SELECT 'choice', c.id::text, c.id, c.return_id, c."order", c.kind, c.offered_at, c.deadline, NULL
FROM choices c WHERE c.state = 'open' AND c.deadline <= {{}}
UNION ALL
SELECT 'choice_to_do', c.id::text, c.id, c.return_id, c."order", c.chosen_option, c.closed_at, NULL,
       NULL
FROM choices c WHERE c.chosen_option IN ({_BY_HAND}) AND c.done_at IS NULL
UNION ALL
SELECT 'promise', p.id::text, NULL, p.return_id, NULL, p.what, p.made_at, p.due, NULL
FROM promises p
WHERE p.kept_at IS NULL AND p.released_at IS NULL AND p.what <> 'answer' AND p.due <= {{}}
UNION ALL
SELECT 'message', m.return_id::text, NULL, m.return_id, NULL, '', min(m.created_at), NULL, NULL
FROM messages m WHERE {_WRITTEN} AND m.return_id IS NOT NULL GROUP BY m.return_id
UNION ALL
SELECT 'mail_failed', m.id::text, m.id, m.return_id, m."order", '', m.created_at, NULL, NULL
FROM messages m WHERE m.settled_at IS NULL AND m.direction = 'out'
  AND m.state IN ('refused', 'bounced') AND m.return_id IS NOT NULL
UNION ALL
SELECT 'stray_mail', m.id::text, m.id, NULL, NULL, '', m.created_at, NULL, NULL
FROM messages m WHERE m.settled_at IS NULL AND m.direction = 'in' AND m.state = 'unmatched'
UNION ALL
SELECT 'canceled', c.number, NULL, NULL, c.order_id, c.missing::text, c.since, NULL, NULL
FROM ({CANCELED_UNSETTLED}) AS c
UNION ALL
SELECT 'late', late.number, NULL, NULL, late.order_id, string_agg(late.titles, ', '),
       min(late.begun), NULL,
       jsonb_agg(jsonb_build_object('late', late.late, 'begun', late.begun, 'kinds', late.kinds))
FROM ({late_statement()}) AS late GROUP BY late.number, late.order_id
"""  # noqa: S608 - pieces of our own
_COUNTS = f"""
SELECT kind, count(*) AS count, min(COALESCE(due, since)) AS first_at
FROM ({_WAITS}) AS waits GROUP BY kind
"""  # noqa: S608 - pieces of our own
# What is said is looked up for the page alone, never for all that waits.
_PAGE = f"""
WITH page AS (
    SELECT *, COALESCE(due, since) AS at FROM ({_WAITS}) AS waits
    WHERE kind = ANY({{}}) {{beyond}}
    ORDER BY COALESCE(due, since), kind, ref LIMIT {{}}
)
SELECT page.kind, page.ref, page.thing, page.word, page.since, page.due, page.late, page.at,
       r.number, r.state, r.kind AS return_kind, o.number AS order_number, o.currency,
       COALESCE(c.name, m.sender) AS customer, m.error, m.subject,
       (SELECT string_agg(l.requested || ' × ' || ol.title, ', ' ORDER BY l.position, l.id)
        FROM return_lines l JOIN order_lines ol ON ol.id = l.order_line
        WHERE l.return_id = page.return_id) AS items,
       CASE WHEN page.kind IN ('mail_failed', 'stray_mail') THEN m.text
            WHEN page.kind = 'message' THEN (
                SELECT m.text FROM messages m WHERE m.return_id = page.return_id AND {_WRITTEN}
                ORDER BY m.created_at DESC, m.id LIMIT 1)
            WHEN page.kind = 'review' THEN (
                SELECT t.text FROM return_lines l JOIN line_comments t ON t.return_line = l.id
                WHERE l.return_id = page.return_id ORDER BY l.position, l.id LIMIT 1)
            WHEN page.kind IN ('appeal', 'question', 'inquiry') THEN (
                SELECT t.value FROM events e JOIN event_texts t ON t.event = e.id
                WHERE e.chain = r.number AND e.type = CASE page.kind
                    WHEN 'appeal' THEN 'return.appealed'
                    WHEN 'question' THEN 'return.info_requested' ELSE 'carrier.asked' END
                ORDER BY e.sequence DESC LIMIT 1)
       END AS words
FROM page LEFT JOIN returns r ON r.id = page.return_id
LEFT JOIN orders o ON o.id = COALESCE(page.order_id, r."order")
LEFT JOIN order_contacts c ON c."order" = o.id
LEFT JOIN messages m ON m.id = page.thing AND page.kind IN ('mail_failed', 'stray_mail')
ORDER BY page.at, page.kind, page.ref
"""  # noqa: S608 - pieces of our own
_BEYOND = "AND (COALESCE(due, since), kind, ref) > ({}, {}, {})"
_FIRST, _FURTHER = (_PAGE.replace("{beyond}", beyond) for beyond in ("", _BEYOND))


async def count_inbox(now: datetime, late: LateLimits) -> Mapping[InboxKind, InBox]:
    """Count what waits by kind, by one statement; a kind of which nothing waits is missing."""
    return {
        InboxKind(row["kind"]): InBox(count=row["count"], first_at=row["first_at"])
        for row in await rows(_COUNTS, *_values(now, late))
    }


async def read_inbox(
    *,
    kinds: Collection[InboxKind],
    now: datetime,
    late: LateLimits,
    limit: int,
    cursor: str | None = None,
) -> Page:
    """Return a page of what waits of `kinds`, by one statement: by the day it is due.

    What has no such day stands by the day it came. Each has its `kind`, whom it is about
    (`customer`, `number`, `order_number`), what was said (`words`), `since` and `due`; a late order
    has what of it is `late` instead, as rows of `list_late` have it, and the `word` of a canceled
    one is what is missing, in minor units of its `currency`.
    """
    values: list[object] = [*_values(now, late), [str(kind) for kind in kinds]]
    if cursor is not None:
        at, kind, ref = cursor.split(" ", 2)
        values += [datetime.fromisoformat(at), kind, ref]
    found = await rows(_FIRST if cursor is None else _FURTHER, *values, limit + 1)
    return page_of(found, limit, shape=_shape, place=_place)


def _values(now: datetime, late: LateLimits) -> list[object]:
    moments = [now - SILENCE, now - ON_ITS_WAY, now + SOON, now + SOON]
    return [*moments, *canceled_values(now, late.since), *late.values()]


def _shape(row: Mapping[str, Any]) -> dict[str, Any]:
    thing: UUID | None = row["thing"]
    late = [
        {**one, "begun": datetime.fromisoformat(one["begun"])} for one in loaded(row["late"]) or ()
    ]
    return {
        **row,
        "kind": InboxKind(row["kind"]),
        "thing": None if thing is None else str(thing),
        "late": late,
    }


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['at'].isoformat()} {row['kind']} {row['ref']}"
