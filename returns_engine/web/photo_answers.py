"""A photo as it is answered: an image to every browser, which runs nothing, for its reader."""

from typing import Any

from litestar import Request, Response

from returns_engine.gateways.photo_store.store import PhotoStore
from returns_engine.queries.photo_of_order import KnownPhoto
from returns_engine.web.who import services_of
from returns_engine.workflow.photo_files import PhotosAway
from returns_engine.workflow.refusals import NotFound, Refusal
from returns_engine.workflow.show_photo import read_photo

_NOTHING_RUNS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Kept by this browser alone, which asks each time whether it may still show it.
_OF_A_PHOTO = _NOTHING_RUNS | {"Cache-Control": "private, no-cache"}
_UNCHANGED = 304
# What stands in a page where a photo cannot be shown: a frame without a picture.
_PLACEHOLDER = b"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">\
<rect width="96" height="96" fill="#8a8f98" fill-opacity=".18"/>\
<g fill="none" stroke="#8a8f98" stroke-width="3" stroke-linecap="round" stroke-linejoin="round">\
<rect x="24" y="29" width="48" height="38" rx="4"/><circle cx="38" cy="42" r="4"/>\
<path d="M26 63l14-13 9 8 8-9 13 13M22 74l52-52"/></g></svg>
"""


async def photo_answer(photos: PhotoStore, photo: KnownPhoto, *, small: bool) -> Response[bytes]:
    """Answer with the picture; raises NotFound where its file is gone, and PhotosAway.

    Whether the caller may see it was decided before.
    """
    content = await read_photo(photos, photo.id, small=small)
    name = f"photo-{str(photo.id)[:8]}{'-small' if small else ''}.jpg"
    headers = _OF_A_PHOTO | {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, media_type="image/jpeg", headers=headers)


async def photo_in_a_page(
    request: Request[Any, Any, Any], photo: KnownPhoto, *, small: bool
) -> Response[bytes]:
    """Answer with the picture, with 304 to a browser that has it, or with a placeholder."""
    tag = {"ETag": f'"{photo.digest[:32]}{"-small" if small else ""}"'}
    if tag["ETag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=_UNCHANGED, headers=_OF_A_PHOTO | tag)
    try:
        answer = await photo_answer(services_of(request).photos, photo, small=small)
    except PhotosAway as away:
        return _placeholder(503, away)
    except NotFound as gone:
        return _placeholder(404, gone)
    answer.headers.update(tag)
    return answer


def _placeholder(status: int, why: Refusal) -> Response[bytes]:
    wait = {"Retry-After": str(why.retry_after)} if isinstance(why, PhotosAway) else {}
    headers = {**_NOTHING_RUNS, "Cache-Control": "no-store", **wait}
    return Response(_PLACEHOLDER, status_code=status, media_type="image/svg+xml", headers=headers)
