"""Who judged units that an appeal gave to somebody else."""

from returns_engine.queries.rows import rows

_SET_ASIDE = """
SELECT DISTINCT i.inspected_by AS person,
       COALESCE(NULLIF(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username) AS name
FROM returns r JOIN inspections i ON i.return_id = r.id
JOIN inspection_lines l ON l.inspection = i.id LEFT JOIN piccolo_user u ON u.id = i.inspected_by
WHERE r.number = {} AND l.superseded > 0 ORDER BY 1
"""


async def inspectors_set_aside(number: str) -> dict[int | None, str]:
    """Return by person the names of those who judge nothing in this return any more."""
    return {row["person"]: row["name"] or "" for row in await rows(_SET_ASIDE, number)}
