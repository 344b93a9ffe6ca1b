"""What every error looks like (RFC 9457)."""

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from returns_engine.web.api.shapes.decisions import Decision


class FieldProblem(Struct, kw_only=True):
    """One field at fault."""

    pointer: Annotated[
        str, Meta(description="A JSON pointer (RFC 6901); empty for the whole document.")
    ]
    code: Annotated[str, Meta(description="Stable, for programs.")]
    detail: Annotated[str, Meta(description="For people.")]


class Problem(Struct, kw_only=True):
    """Every error (RFC 9457). `code` is stable and for programs, `detail` for people."""

    type: Annotated[str, Meta(description="`urn:returns-engine:problem:` and the code.")]
    title: str
    status: Annotated[int, Meta(description="The HTTP status once more.")]
    detail: str
    code: str
    errors: Annotated[list[FieldProblem], Meta(description="The fields at fault, if any.")]
    trace_id: Annotated[str, Meta(description="Under which it is on record.")]
    state: (
        Annotated[str, Meta(description="With `transition_not_allowed`: where it stands.")]
        | UnsetType
    ) = UNSET
    action: (
        Annotated[str, Meta(description="With `transition_not_allowed`: what was asked of it.")]
        | UnsetType
    ) = UNSET
    decision: Decision | UnsetType = UNSET
    decision_id: (
        Annotated[UUID, Meta(description="For `POST /decisions/{decision_id}/ask-a-person`.")]
        | UnsetType
    ) = UNSET
