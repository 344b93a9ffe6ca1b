"""Answers of the API: JSON already written, so that it can be kept for a repeated call."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response

JSON = "application/json"


def json_answer(
    content: object,
    *,
    status: int = 200,
    version: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """Return `content` as JSON; with the version of a resource as its ETag."""
    etag = {} if version is None else {"etag": f'"{version}"'}
    return Response(
        msgspec.json.encode(content),
        status_code=status,
        media_type=JSON,
        headers={"cache-control": "no-store", **etag, **(headers or {})},
    )


def resource(content: Mapping[str, Any], *, status: int = 200) -> Response[bytes]:
    """Return one resource, which carries its version."""
    return json_answer(content, status=status, version=content["version"])


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
