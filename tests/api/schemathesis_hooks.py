"""What JSON Schema cannot say of our bodies and cursors, told to Schemathesis."""

from typing import Any

import schemathesis

UNREADABLE = 400


@schemathesis.hook
def map_body(_context: Any, body: Any) -> Any:
    """Write whole numbers as such: JSON Schema takes 1.0 for one, and we refuse it (400)."""
    if isinstance(body, dict):
        return {name: map_body(_context, value) for name, value in body.items()}
    if isinstance(body, list):
        return [map_body(_context, value) for value in body]
    return int(body) if isinstance(body, float) and body.is_integer() else body


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Leave out a version that is called well described and is not: at boundaries, a bare 0."""
    if _is_positive(case) and case.headers and case.headers.get("If-Match") in {0, "0"}:
        del case.headers["If-Match"]


@schemathesis.check
def nothing_but_a_cursor_is_unreadable(_context: Any, response: Any, case: Any) -> None:
    """Let what is as described be answered 400 for a made-up cursor, or signature, alone."""
    if not _is_positive(case):
        return
    if response.status_code == UNREADABLE and response.json()["code"] != "bad_signature":
        faults = [one["pointer"] for one in response.json()["errors"]]
        assert faults == ["/cursor"], f"What is described is refused: {response.text}"


def _is_positive(case: Any) -> bool:
    return case.meta is not None and case.meta.generation.mode.is_positive
