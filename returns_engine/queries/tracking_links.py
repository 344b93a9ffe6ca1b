"""Where a customer can follow a parcel: the carriers' own public pages."""

from collections.abc import Mapping
from urllib.parse import quote

_PAGES: Mapping[str, str] = {
    "ups": "https://www.ups.com/track?tracknum={}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={}",
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
}


def tracking_url(carrier: str | None, tracking_number: str | None) -> str | None:
    """Return the carrier's page for a parcel, or None where we know of none."""
    page = _PAGES.get((carrier or "").lower())
    if page is None or not tracking_number:
        return None
    return page.format(quote(tracking_number, safe=""))
