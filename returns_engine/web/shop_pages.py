"""Where an item stands in the merchant's shop: to be ordered again at today's price (83)."""

from collections.abc import Callable
from urllib.parse import quote

from returns_engine.settings import Settings


def item_pages(settings: Settings) -> Callable[[str], str | None]:
    """Return what gives the address of an item's page by its SKU; None where nobody named one."""
    template = settings.item_url

    def page_of(sku: str) -> str | None:
        if template is None or not sku:
            return None
        return template.replace("{sku}", quote(sku, safe=""))

    return page_of
