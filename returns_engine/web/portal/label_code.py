"""The label to print, or as a code on a phone: whoever scans it can print it, for half an hour.

The code holds a link that is signed for this label and this half hour; it names nobody, and opens
the PDF and nothing else. No account is needed at the counter, or on a computer with a printer.
"""

import io
from datetime import datetime, timedelta

import segno
from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from returns_engine.queries.label import read_label_to_send, takes_a_parcel
from returns_engine.queries.return_view import read_return
from returns_engine.texts.words import mark
from returns_engine.web.answers import pdf_answer
from returns_engine.web.pages import page
from returns_engine.web.portal.session import AnyRequest, owner_of
from returns_engine.web.signing import same_text, sign
from returns_engine.web.who import services_of

LINK_LIVES = timedelta(minutes=30)
_PURPOSE = "label link"
_SIGNATURE = 32
# Read by whoever stands at a counter, and knows nothing of us.
_TOO_OLD = mark("This code is too old")
_SCAN_ANEW = mark(
    "The code of a label works for half an hour. Whoever showed it to you can load its page again;"
    " then scan the new one."
)
_ONLY_A_PICTURE = "default-src 'none'; sandbox"


def label_link(number: str, until: datetime, *, secret_key: str) -> str:
    """Return what opens a label until a moment: its number, that moment, and our signature."""
    told = f"{number}.{int(until.timestamp())}"
    return f"{told}.{sign(told, key=secret_key, purpose=_PURPOSE)[:_SIGNATURE]}"


def label_of_link(link: str, now: datetime, *, secret_key: str) -> str | None:
    """Return the number of the return whose label the link opens; None for any other text."""
    told, _, signature = link.rpartition(".")
    expected = sign(told, key=secret_key, purpose=_PURPOSE)[:_SIGNATURE]
    if not same_text(signature, expected):
        return None
    number, _, until = told.rpartition(".")
    return number if int(until) >= now.timestamp() else None


@get("/returns/{number:str}/label")
async def label_code_page(request: AnyRequest, number: FromPath[str]) -> Response[str] | Redirect:
    """Show the code; back to the case while there is no label, or no parcel comes any more."""
    await owner_of(request, number)
    case = await read_return(number)
    if case is None or case["label"] is None or not takes_a_parcel(case["state"]):
        return Redirect(f"/returns/{number}", status_code=303)
    minutes = int(LINK_LIVES.total_seconds() // 60)
    return page(request, "portal/label_code.html", case=case, minutes=minutes)


@get("/returns/{number:str}/label.svg")
async def label_code(request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
    """Draw the code: the address that prints the label, as a QR code."""
    await owner_of(request, number)
    services = services_of(request)
    settings = services.settings
    until = services.clock() + LINK_LIVES
    link = label_link(number, until, secret_key=settings.secret_key)
    drawn = io.BytesIO()
    address = f"{settings.public_url.rstrip('/')}/labels/{link}/label.pdf"
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", scale=8, border=4, light="#fff", dark="#000"
    )
    return Response(
        drawn.getvalue(),
        media_type="image/svg+xml",
        headers={"Cache-Control": "no-store", "Content-Security-Policy": _ONLY_A_PICTURE},
    )


@get("/returns/{number:str}/label.pdf")
async def label_file(request: AnyRequest, number: FromPath[str]) -> Response[bytes] | Redirect:
    """Give the label as a PDF; back to the case where no parcel may be sent under one."""
    await owner_of(request, number)
    pdf = await read_label_to_send(number)
    if pdf is None:
        return Redirect(f"/returns/{number}", status_code=303)
    return pdf_answer(pdf, f"{number}.pdf")


@get("/labels/{link:str}/label.pdf")
async def label_by_link(
    request: AnyRequest, link: FromPath[str]
) -> Response[bytes] | Response[str]:
    """Give the label to whoever scanned its code, while the link lives; then say what to do."""
    services = services_of(request)
    number = label_of_link(link, services.clock(), secret_key=services.settings.secret_key)
    pdf = None if number is None else await read_label_to_send(number)
    if pdf is None:
        return page(
            request,
            "problem.html",
            status=404,
            heading=_TOO_OLD,
            detail=_SCAN_ANEW,
            staffs=False,
            way_out="/",
        )
    return pdf_answer(pdf, f"{number}.pdf")
