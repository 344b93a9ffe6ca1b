"""An erased order that the shop sends again: its amounts and dates count, its person stays gone."""

import msgspec

from returns_engine.documents.order import LineDocument, OrderDocument
from returns_engine.rules.words import ItemKind


def without_person(document: OrderDocument) -> OrderDocument:
    """Return what may be taken in of an order that was erased, as tables/personal_data has it."""
    return msgspec.structs.replace(
        document,
        lines=[_line(line) for line in document.lines],
        shipments=[
            msgspec.structs.replace(shipment, tracking_number=None)
            for shipment in document.shipments
        ],
    )


def _line(line: LineDocument) -> LineDocument:
    title = line.sku if line.kind is ItemKind.PERSONALIZED else line.title
    return msgspec.structs.replace(line, title=title, vehicle=None, image_url=None)
