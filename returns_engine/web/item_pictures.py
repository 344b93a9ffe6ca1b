"""Pictures of items: those of the shop's own hosts are drawn, for a page asks nobody else."""

from collections.abc import Callable
from urllib.parse import urlsplit

from returns_engine.settings import Settings


def item_pictures(settings: Settings) -> Callable[[str | None], str | None]:
    """Return what gives the address to draw an item's picture from; None where it is not drawn.

    Drawn is what comes from where customers come, and from the hosts that `pictures_from` names.
    Orders from before absolute addresses were asked for may hold a path of ours.
    """
    ours = host_of(settings.public_url)
    drawn = {ours, *(settings.pictures_from or ())}

    def picture_of(address: str | None) -> str | None:
        if address and address.startswith("/") and not address.startswith("//"):
            return f"{ours}{address}"
        return address if address and host_of(address) in drawn else None

    return picture_of


def host_of(address: str) -> str:
    """Return scheme, host and port of an address; nothing where it has none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else ""


def with_hosts(policy: str, settings: Settings) -> str:
    """Return a content policy under which those hosts' pictures may be loaded too."""
    here = "img-src 'self'"
    return policy.replace(here, " ".join([here, *(settings.pictures_from or ())]))
