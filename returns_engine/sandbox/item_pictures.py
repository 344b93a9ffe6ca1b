"""Pictures of the sample items, as a shop's own server would have them: drawn, none is a photo."""

from dataclasses import replace

from litestar import Response, get
from litestar.params import FromPath

from returns_engine.sandbox.sample_order import SampleOrder

_COLORS = {"BLK": "#2b2d31", "GRY": "#8a8f98", "TAN": "#b98d5f"}
_OTHER_COLOR = "#3f5d74"
_SEAT = (
    '<path fill="{color}" d="M50 16h44a14 14 0 0 1 14 12l6 62H30l6-62a14 14 0 0 1 14-12z"/>'
    '<path fill="{color}" d="M26 92h92l10 24a12 12 0 0 1-11 16H27a12 12 0 0 1-11-16z"/>'
    '<path fill="none" stroke="#fff" stroke-opacity=".55" stroke-width="2" stroke-dasharray="6 5"'
    ' d="M54 26l-5 60M90 26l5 60M34 102h76M72 26v60"/>'
)
_MATS = (
    '<path fill="{color}"'
    ' d="M22 24h44v52H18zM78 24h44l4 52H78zM18 86h48v36H16zM78 86h48l2 36H78z"/>'
    '<path fill="none" stroke="#fff" stroke-opacity=".4" stroke-width="2"'
    ' d="M30 36h28M29 48h29M28 60h30M86 36h28M86 48h29M86 60h30M28 98h30M86 98h30"/>'
)
_HOLDER = (
    '<rect x="48" y="14" width="48" height="88" rx="8" fill="{color}"/>'
    '<rect x="54" y="22" width="36" height="66" rx="3" fill="#dfe6ea"/>'
    '<path fill="{color}" d="M40 60h8v26h-8zM96 60h8v26h-8zM66 102h12v18H66zM44 120h56v10H44z"/>'
)
_CARD = (
    '<rect x="16" y="34" width="112" height="76" rx="10" fill="#b3541e"/>'
    '<path fill="none" stroke="#fff" stroke-width="4" d="M16 62h112M54 34v76"/>'
    '<path fill="none" stroke="#fff" stroke-width="4" d="M54 62c-22-4-22-24-8-22 8 2 8 22 8 22z'
    'M54 62c22-4 22-24 8-22-8 2-8 22-8 22z"/>'
)
_BY_WORD = {"MAT": _MATS, "HOLD": _HOLDER, "GIFT": _CARD}


@get("/pictures/{sku:str}")
async def show_picture(sku: FromPath[str]) -> Response[str]:
    """Answer with the picture of an item, by its SKU; one that nobody knows is a seat cover."""
    words = sku.upper().split("-")
    drawing = next((_BY_WORD[word] for word in words if word in _BY_WORD), _SEAT)
    color = next((_COLORS[word] for word in words if word in _COLORS), _OTHER_COLOR)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 144 144">'
        f'<rect width="144" height="144" fill="#eef0ee"/>{drawing.format(color=color)}</svg>'
    )
    return Response(svg, media_type="image/svg+xml")


def with_pictures(order: SampleOrder, sandbox: str) -> SampleOrder:
    """Return a sample order whose lines name their pictures at the sandbox of this address."""
    lines = [
        {**line, "image_url": f"{sandbox}/pictures/{line['sku']}"}
        for line in order.document["lines"]
    ]
    return replace(order, document={**order.document, "lines": lines})
