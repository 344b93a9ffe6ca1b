"""Print docs/problems.md: every code, by status."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus

from returns_engine.web.api.description.problem_codes import (
    FIELDS,
    FINDINGS,
    PROBLEMS,
    REFUSALS,
    at_status,
)

_TOP = """# Problems

Every error of the API is `application/problem+json` (RFC 9457) with a `code` that stays the same
from version to version; `detail` is for people and may change. Written from
`returns_engine/web/api/description/problem_codes.toml` by

    python -m returns_engine.web.api.description.problem_page > docs/problems.md

Which codes a call may answer with stands beside it at `/schema`."""
_REFUSALS = """## 422: the policy says no

The request was understood and refused. The problem carries the whole `decision` and its
`decision_id`; `POST /decisions/{decision_id}/ask-a-person` puts it before a person. The code is
that of the first rule that fails."""
_FINDINGS = """## What else a rule says

The `code` of a finding in a `decision` whose outcome is `pass`, `review` or `not_applicable`. Any
code of the section above may be a finding's too: then its outcome is `fail`, or `review` where a
person looks."""
_FIELDS = """## One field

The `code` of an entry in `errors`, beside its `pointer` (RFC 6901), where it is none of those
above."""


def problem_page() -> str:
    """Return the page, as Markdown."""
    return "\n\n".join(_sections()) + "\n"


def _sections() -> Iterator[str]:
    yield _TOP
    statuses = {status for one in PROBLEMS.values() for status in one.statuses}
    for status in sorted(statuses):
        yield f"## {status} {HTTPStatus(status).phrase}"
        yield _table(at_status(PROBLEMS, status))
    yield _REFUSALS
    yield _table({code: one.says for code, one in REFUSALS.items()})
    yield _FINDINGS
    yield _table(FINDINGS)
    yield _FIELDS
    yield _table(FIELDS)


def _table(codes: Mapping[str, str]) -> str:
    rows = [f"| `{code}` | {says} |" for code, says in codes.items()]
    return "\n".join(["| code | means |", "|---|---|", *rows])


if __name__ == "__main__":
    print(problem_page(), end="")  # noqa: T201 - the page is what is asked for
