"""A made-up return to preview a template with."""

import io
from datetime import date

from PIL import Image, ImageDraw

from returns_engine.documents.policy_file import load_policy
from returns_engine.labels.conditions import conditions_of
from returns_engine.labels.content import LabelContent, LabelLine, reason_in_words
from returns_engine.rules.label_clauses import AS_RECEIVED, MONEY
from returns_engine.rules.words import Postage, Reason
from returns_engine.texts.catalogue import DEFAULT_LOCALE
from returns_engine.texts.localized import texts_in

_ADDRESSES = {
    "US": ("1 Main St", "Apt 4", "Chicago, IL 60601", "United States"),
    "CA": ("88 Queen St W", "Toronto, ON M5H 2N2", "Canada"),
    "MX": ("Av. Juárez 20", "06050 Ciudad de México", "México"),
    "DE": ("Lindenstraße 12", "10969 Berlin", "Deutschland"),
    "GR": ("Ερμού 25", "105 63 Αθήνα", "Ελλάδα"),
    "UA": ("вул. Хрещатик 22", "01001 Київ", "Україна"),
    "JP": ("東京都千代田区丸の内1-1", "〒100-0005", "日本"),
    "CN": ("北京市朝阳区建国路88号", "100022", "中国"),
    "KR": ("서울특별시 중구 세종대로 110", "04524", "대한민국"),
}
_LINES = (
    ("Seat covers, Ford F-150, black", "EKR-F150-BLK", 1, Reason.CHANGED_MIND),
    ("Floor mats, all weather, set of four", "EKR-MAT-4", 2, Reason.DEFECTIVE),
)
_CLAUSES = {
    Reason.CHANGED_MIND: (
        AS_RECEIVED,
        "return.condition.unused",
        "return.condition.tags",
        "return.condition.packaging",
        "return.label.reminder",
    ),
    Reason.DEFECTIVE: ("fault.ours", "return.label.reminder"),
}


def sample_content(
    *, country: str, postage: Postage, name: str, language: str = DEFAULT_LOCALE
) -> LabelContent:
    """Return a return of two lines from `country`, with all that its postage calls for."""
    texts, policy = texts_in(language), load_policy(None)
    lines = tuple(
        LabelLine(
            title=title,
            sku=sku,
            quantity=quantity,
            reason=reason_in_words(reason, texts),
            clauses=(*_CLAUSES[reason], *MONEY),
        )
        for title, sku, quantity, reason in _LINES
    )
    return LabelContent(
        rma_number="RMA-7K3M9QXC",
        order_number="EKR-1001",
        merchant="EKR",
        contact="aftersales@ekrauto.com",
        warehouse=("EKR Returns", "Dock 4", "2200 Commerce Parkway", "Columbus, OH 43215", "USA"),
        customer=(name, *_ADDRESSES.get(country, ("12 Sample Road", "Sample Town", country))),
        country=country,
        carrier="ups",
        postage=postage,
        account="1A2B3C" if postage is Postage.BILLED_TO_ACCOUNT else None,
        reimbursed_up_to="$25.00" if postage is Postage.REIMBURSED else None,
        prepaid_page=_sample_page() if postage is Postage.PREPAID else None,
        expires_on=date(2026, 4, 13),
        lines=lines,
        conditions=conditions_of(lines, policy, texts),
        language=language,
    )


def _sample_page() -> bytes:
    image = Image.new("1", (812, 1218), 1)
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 791, 1197), outline=0, width=6)
    draw.text((406, 560), "SAMPLE", fill=0, anchor="mm", font_size=120)
    draw.text((406, 680), "The carrier's own label stands here", fill=0, anchor="mm", font_size=36)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
