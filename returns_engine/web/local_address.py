"""Where a link may lead back to: pages of the customer's side, never another site."""

from urllib.parse import urlsplit

from returns_engine.web.under_path import cut

START = "/"


def local_address(asked: str) -> str:
    """Return path and query of `asked` where it is a page of ours, else the start."""
    if (
        not asked.isprintable()
        or "\\" in asked
        or not asked.startswith("/")
        or asked.startswith("//")
    ):
        return START
    try:
        parts = urlsplit(asked)
    except ValueError:
        return START
    if parts.scheme or parts.netloc:
        return START
    return asked


def came_from(referer: str, host: str, path: str) -> str:
    """Return the page of ours that a form was sent from, or the start; we stand under `path`."""
    try:
        parts = urlsplit(referer)
    except ValueError:
        return START
    here = cut(parts.path, path)
    if parts.netloc != host or here is None:
        return START
    return local_address(f"{here}?{parts.query}" if parts.query else here)
