"""Where somebody may be sent after signing in: pages under /admin, never another site."""

from urllib.parse import urlsplit

HOME = "/admin"


def local_path(asked: str) -> str:
    """Return `asked` where it is a page under /admin, else the dashboard."""
    if not asked.isprintable() or "\\" in asked:
        return HOME
    try:
        parts = urlsplit(asked)
    except ValueError:
        return HOME
    if parts.scheme or parts.netloc or ".." in parts.path.split("/"):
        return HOME
    if parts.path != HOME and not parts.path.startswith(f"{HOME}/"):
        return HOME
    return HOME if parts.path.startswith(f"{HOME}/sign-") else asked
