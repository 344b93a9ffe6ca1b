"""What is answered of mails and messages, and of the machine room."""

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from returns_engine.web.api.shapes.words import MessageDirection, MessageState, Moment

_StaffOnly = "For staff alone."


class Message(Struct, kw_only=True):
    """One mail or message, with what became of it."""

    id: UUID
    direction: MessageDirection
    template: Annotated[str | None, Meta(description="Which of our letters it is.")]
    subject: str | None
    text: str | None
    state: MessageState
    at: Moment
    sent_at: Moment | None
    resend_of: UUID | None
    can_resend: bool
    cut: Annotated[int, Meta(ge=0, description="How many characters were not kept.")]
    files_left_out: Annotated[list[str], Meta(description="Files that were not kept.")]
    error: (
        Annotated[str | None, Meta(description=f"The mail server's word. {_StaffOnly}")] | UnsetType
    ) = UNSET
    sender: Annotated[str | None, Meta(description=_StaffOnly)] | UnsetType = UNSET
    internal: Annotated[bool, Meta(description=_StaffOnly)] | UnsetType = UNSET
    settled_at: Moment | UnsetType | None = UNSET


class MessageList(Struct, kw_only=True):
    """Every mail and message of a return, oldest first."""

    items: list[Message]
    next_cursor: str | None


class Health(Struct, kw_only=True):
    """That it is well."""

    status: str


class WebhookTaken(Struct, kw_only=True):
    """That an event is in the inbox; `new` is false for one that was sent before."""

    received: bool
    new: bool
