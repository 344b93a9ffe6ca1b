"""The staff's own style sheet and scripts, served under an address that changes with them."""

import hashlib
from functools import cache
from pathlib import Path

from litestar import Router
from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router

FILES = Path(__file__).parent / "static"
PATH = "/admin/static"


@cache
def staff_asset(name: str) -> str:
    """Return the address of a file of ours, which changes whenever its content does."""
    version = hashlib.sha256((FILES / name).read_bytes()).hexdigest()[:10]
    return f"{PATH}/{name}?v={version}"


def staff_files() -> Router:
    """Return the route of the files; they hold nothing secret, and the sign-in page needs them."""
    a_day = CacheControlHeader(max_age=86_400, public=True)
    return create_static_files_router(PATH, [FILES], name="staff", cache_control=a_day)
