"""Where a link may lead back to: pages of the customer's side, never another site."""

from urllib.parse import urlsplit

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


def came_from(referer: str, host: str) -> str:
    """Return the page of ours that a form was sent from, or the start."""
    try:
        parts = urlsplit(referer)
    except ValueError:
        return START
    if parts.netloc != host:
        return START
    return local_address(f"{parts.path}?{parts.query}" if parts.query else parts.path or START)
