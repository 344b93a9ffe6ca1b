"""What could not happen, in the words of the trade; `web/problems.py` alone knows HTTP.

Refusal
├── NotFound             there is no such thing, or it is not the caller's
├── Conflict             it clashes with how things stand
│   └── (TransitionNotAllowed lives in rules/lifecycle: a move the tables do not have)
├── StaleVersion         somebody else changed it first
├── SamePerson           another person must do this
├── AboveLimit           it is more than the person's role may decide
└── Unprocessable        understood, but not allowed
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRefusal:
    """Which field of the input is meant: a JSON pointer, a stable code and a sentence."""

    pointer: str
    code: str
    detail: str


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The engine says no; nothing was changed. `code` is stable, the message is for people."""

    def __init__(self, code: str, detail: str, *fields: FieldRefusal) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.fields = fields


class NotFound(Refusal):
    """There is no such thing, or it is not the caller's to see."""

    def __init__(self, what: str) -> None:
        super().__init__("not_found", f"There is no such {what}.")


class Conflict(Refusal):
    """The request clashes with how things stand."""


class StaleVersion(Refusal):
    """Somebody else changed it since it was read."""

    def __init__(self, version: int) -> None:
        super().__init__(
            "stale_version",
            f"It was changed meanwhile and now is version {version}: read it again.",
        )
        self.version = version


class SamePerson(Refusal):
    """One person may not do both steps."""

    def __init__(self, detail: str) -> None:
        super().__init__("same_person", detail)


class AboveLimit(Refusal):
    """It is more than the person's role may approve."""

    def __init__(self, detail: str) -> None:
        super().__init__("above_your_limit", detail)


class Unprocessable(Refusal):
    """The request is understood, but it is not allowed."""


def refuse_field(code: str, detail: str, pointer: str) -> Unprocessable:
    """Return the refusal of one field."""
    return Unprocessable(code, detail, FieldRefusal(pointer=pointer, code=code, detail=detail))
