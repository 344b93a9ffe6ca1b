"""Write the list of a folder of pictures beside them: python -m tests.browser.screens_index F."""

import sys
from collections import defaultdict
from pathlib import Path

_WAYS = (
    "desktop-light",
    "desktop-dark",
    "tablet-light",
    "tablet-dark",
    "phone-light",
    "phone-dark",
)
_SIDES = {
    "request": "A request, screen by screen",
    "portal": "What customers see",
    "order": "An order, wherever it stands",
    "look": "With a merchant's own color and logo",
    "staff": "What the staff sees",
}


def index(names: list[str]) -> str:
    """Return the list as Markdown: a table for each side, a page a row, a picture a cell."""
    pages: dict[str, dict[str, str]] = defaultdict(dict)
    for name in sorted(names):
        page, way = _page_and_way(name)
        pages[page][way] = name
    parts = [
        "# Every page, as it looks",
        "",
        "Taken by `make screens` from the pages as the tests open them; each was checked with axe",
        "in every way that is here. A long page is shown as far as three screens.",
    ]
    for side, title in _SIDES.items():
        of_side = {page: ways for page, ways in pages.items() if page.partition("-")[0] == side}
        used = [way for way in _WAYS if any(way in ways for ways in of_side.values())]
        heads = " | ".join(way.replace("-", ", ") for way in used)
        parts += ["", f"## {title}", "", f"| | {heads} |", "|---" * (len(used) + 1) + "|"]
        for page, ways in of_side.items():
            cells = " | ".join(f"[see]({ways[way]})" if way in ways else "" for way in used)
            parts.append(f"| {_words(page, side)} | {cells} |")
    return "\n".join(parts) + "\n"


def _page_and_way(name: str) -> tuple[str, str]:
    stem = name.removesuffix(".webp")
    for way in _WAYS:
        if stem.endswith(f"-{way}"):
            return stem.removesuffix(f"-{way}"), way
    raise ValueError(f"{name} says neither size nor scheme")


def _words(page: str, side: str) -> str:
    return page.removeprefix(side).replace("-", " ").strip() or "start"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "README.md").write_text(index([one.name for one in folder.glob("*.webp")]))
