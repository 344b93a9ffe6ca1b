"""Where a customer can follow a parcel: the carriers' own public pages."""

from urllib.parse import quote

from returns_engine.texts.carriers import TRACKING_PAGES


def tracking_url(carrier: str | None, tracking_number: str | None) -> str | None:
    """Return the carrier's page for a parcel, or None where we know of none."""
    page = TRACKING_PAGES.get((carrier or "").lower())
    if page is None or not tracking_number:
        return None
    return page.format(quote(tracking_number, safe=""))
