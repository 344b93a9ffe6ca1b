"""Who judged units that an appeal gave to somebody else."""

from returns_engine.queries.rows import rows

_SET_ASIDE = """
SELECT DISTINCT i.inspected_by AS person,
       COALESCE(NULLIF(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username) AS name
FROM returns r CROSS JOIN LATERAL (
    SELECT i.inspected_by FROM inspections i JOIN inspection_lines l ON l.inspection = i.id
    WHERE i.return_id = r.id AND l.superseded > 0 AND l.verdict = 'rejected'
      AND i.undone_at IS NULL
    UNION SELECT unnest(ARRAY[p.first_by, p.second_by, p.decided_by]) FROM opinions p
    WHERE p.return_id = r.id AND (p.state = 'agreed' OR p.decided_verdict = 'rejected')
      AND COALESCE(p.decided_at, p.given_at) <= r.appeal_decided_at
) AS i LEFT JOIN piccolo_user u ON u.id = i.inspected_by
WHERE r.number = {} AND i.inspected_by IS NOT NULL ORDER BY 1
"""


async def inspectors_set_aside(number: str) -> dict[int | None, str]:
    """Return by person the names of those who judge nothing in this return any more."""
    return {row["person"]: row["name"] or "" for row in await rows(_SET_ASIDE, number)}
