"""A made-up return to preview a template with."""

import io
from datetime import date

from PIL import Image, ImageDraw

from returns_engine.labels.content import LabelContent, LabelLine, reason_in_words
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
_CONDITIONS = (
    "To be returned, an item must be as you received it.",
    "It must not have been used; trying the fit is fine.",
    "Its tags must still be on it.",
    "It must come back in its original packaging.",
    "Please send it within 14 days; a later parcel is looked at, not refused.",
    (
        "We tell you when your parcel has arrived and been inspected, and whether the refund was "
        "approved."
    ),
    "The money goes back by the way you paid.",
    (
        "We send it 3 to 5 business days after approval at the latest; your bank may need 5 to 10 "
        "more."
    ),
)


def sample_content(
    *, country: str, postage: Postage, name: str, language: str = DEFAULT_LOCALE
) -> LabelContent:
    """Return a return of two lines from `country`, with all that its postage calls for."""
    texts = texts_in(language)
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
        lines=(
            LabelLine(
                title="Seat covers, Ford F-150, black",
                sku="EKR-F150-BLK",
                quantity=1,
                reason=reason_in_words(Reason.CHANGED_MIND, texts),
            ),
            LabelLine(
                title="Floor mats, all weather, set of four",
                sku="EKR-MAT-4",
                quantity=2,
                reason=reason_in_words(Reason.DEFECTIVE, texts),
            ),
        ),
        conditions=_CONDITIONS,
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
