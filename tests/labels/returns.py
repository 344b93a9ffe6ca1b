"""Builds what the label tests print, with defaults everywhere."""

from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from returns_engine.labels.content import LabelContent, LabelLine
from returns_engine.labels.render import RenderedLabel, render_label
from returns_engine.labels.template import load_template
from returns_engine.rules.words import Postage

NUMBER = "RMA-7K3M9QXC"
DPI = 203


def a_line(**changes: Any) -> LabelLine:
    values = {"title": "Seat covers", "sku": "EKR-F150-BLK", "quantity": 1, "reason": "Defective"}
    values |= {"clauses": ("return.condition", "refund.original_payment")}
    return LabelLine(**{**values, **changes})


def a_return(**changes: Any) -> LabelContent:
    values = {
        "rma_number": NUMBER,
        "order_number": "EKR-1001",
        "merchant": "EKR",
        "contact": "aftersales@ekrauto.com",
        "warehouse": ("EKR Returns", "2200 Commerce Parkway", "Columbus, OH 43215", "USA"),
        "customer": ("Dana Reyes", "1 Main St", "Chicago, IL 60601", "USA"),
        "country": "US",
        "carrier": "ups",
        "postage": Postage.BILLED_TO_ACCOUNT,
        "account": "1A2B3C",
        "expires_on": date(2026, 4, 13),
        "lines": (a_line(),),
        "conditions": ("Its tags must still be on it.",),
    }
    return LabelContent(**{**values, **changes})


def printed(**changes: Any) -> RenderedLabel:
    return render_label(a_return(**changes), load_template())


def page_sizes(label: RenderedLabel) -> list[tuple[int, int]]:
    with pypdfium2.PdfDocument(label.pdf) as document:
        return [tuple(map(round, page.get_size())) for page in document]


def page_text(label: RenderedLabel, page: int) -> str:
    with pypdfium2.PdfDocument(label.pdf) as document:
        text = document[page].get_textpage().get_text_range()
    return text.replace("\r\n", "\n")


def page_count(label: RenderedLabel) -> int:
    with pypdfium2.PdfDocument(label.pdf) as document:
        return len(document)


def picture_of(label: RenderedLabel, page: int = 0) -> Image.Image:
    with pypdfium2.PdfDocument(label.pdf) as document:
        return document[page].render(scale=DPI / 72).to_pil().convert("L")


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def template_text(folder: Path) -> str:
    return (folder / "return_label.toml").read_text(encoding="utf-8")
