"""Who approved what takes two persons, as the API and the pages show it."""

from collections.abc import Mapping
from typing import Any

from returns_engine.queries.moments import utc_text
from returns_engine.queries.rows import loaded


def names_of(*columns: str) -> str:
    """Return a column of a statement: the names of the staff in `columns`, as JSON by id."""
    return f"""
       (SELECT json_object_agg(u.id, COALESCE(NULLIF(trim(concat_ws(' ', u.first_name,
                                                                    u.last_name)), ''), u.username))
        FROM piccolo_user u WHERE u.id IN ({", ".join(columns)})) AS names"""  # noqa: S608 - our own


def approvals_in(
    row: Mapping[str, Any], *given: tuple[str, str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Return who approved what, and when, the first one first.

    Each of `given` names the columns of person and moment, and of what was said by its name; where
    nobody stands in the moment's column, there was no such approval.
    """
    names = loaded(row["names"]) or {}
    return [
        {"by": names.get(str(row[who])), "at": utc_text(row[at])}
        | {name: row[column] for name, column in said.items()}
        for who, at, said in given
        if row[at] is not None
    ]
