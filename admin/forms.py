"""Read what a form sent: text that can be stored, and files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar.datastructures import FormMultiDict, UploadFile

from admin.signed_in import AnyRequest
from returns_engine.workflow.refusals import NotFound, Refusal, refuse_field

LONGEST_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class SentForm:
    """The fields of a form by name; files apart from texts."""

    fields: FormMultiDict

    def text(self, name: str) -> str:
        """Return a field without the spaces around it, or "".

        Raises Unprocessable `too_long` above 2,000 characters, `invalid_text` for what the
        database cannot hold.
        """
        value = self.fields.get(name, "")
        text = value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""
        if len(text) > LONGEST_TEXT:
            raise refuse_field("too_long", f"At most {LONGEST_TEXT} characters.", f"/{name}")
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise refuse_field("invalid_text", "This text cannot be read.", f"/{name}")
        return text

    def texts(self, name: str) -> list[str]:
        """Return every value of a field that can come more than once."""
        return [value for value in self.fields.getall(name, []) if isinstance(value, str)]

    def files(self, name: str) -> list[UploadFile]:
        """Return the files of a field; browsers send one without a name where none was chosen."""
        return [
            value
            for value in self.fields.getall(name, [])
            if isinstance(value, UploadFile) and value.filename
        ]

    def typed(self) -> Mapping[str, str]:
        """Return every text as it was typed, to be shown again beside an error."""
        return {name: value for name, value in self.fields.items() if isinstance(value, str)}


async def sent_form(request: AnyRequest) -> SentForm:
    """Return the form that `request` carries."""
    form: Any = await request.form()
    return SentForm(form)


def whole_number(text: str) -> int:
    """Return how many somebody typed; 0 for anything that is no small whole number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0  # noqa: PLR2004 - no parcel holds as many


def known_version(form: SentForm) -> int | None:
    """Return the version of what the form was made from; None where it says none."""
    text = form.text("version")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004 - fits an integer column


def id_of(text: str, what: str) -> UUID:
    """Return a UUID from an address; raises NotFound for anything else."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(what) from None


def faults_of(error: Exception | None) -> dict[str, str]:
    """Return what is wrong by field name: `/reason` is `reason`, `/rows/0/note` is `note-0`."""
    if not isinstance(error, Refusal):
        return {}
    found = {}
    for fault in error.fields:
        *_, row, name = ["", *fault.pointer.lstrip("/").split("/")]
        found[f"{name}-{row}" if row.isdigit() else name] = fault.detail
    return found
