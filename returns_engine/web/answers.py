"""Answers of the API: JSON already written, so that it can be kept for a repeated call."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response

API = "/api/v1"
JSON = "application/json"
_CREATED = 201


def json_answer(
    content: object,
    *,
    status: int = 200,
    version: int | None = None,
    made_at: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """Return `content` as JSON; with the version of a resource as its ETag.

    What was made is answered with 201 and `made_at`, the address where it is read from now on.
    """
    etag = {} if version is None else {"etag": f'"{version}"'}
    location = {} if made_at is None else {"location": made_at}
    return Response(
        msgspec.json.encode(content),
        status_code=status if made_at is None else _CREATED,
        media_type=JSON,
        headers={"cache-control": "no-store", **etag, **location, **(headers or {})},
    )


def resource(content: Mapping[str, Any], *, made_at: str | None = None) -> Response[bytes]:
    """Return one resource, which carries its version; 201 and its address where it was made."""
    return json_answer(content, version=content["version"], made_at=made_at)


def address_of(*parts: str) -> str:
    """Return an address of the API; `parts` are what stands between its slashes."""
    return "/".join([API, *(quote(part, safe="") for part in parts)])


def pdf_answer(pdf: bytes, name: str) -> Response[bytes]:
    """Return a PDF under a file name."""
    return Response(
        pdf,
        media_type="application/pdf",
        headers={
            "cache-control": "private, no-store",
            "content-disposition": f'inline; filename="{name}"',
        },
    )
