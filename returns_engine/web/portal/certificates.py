"""The public page of a refund certificate: says whether it is genuine, and what holds today.

Whoever holds the code may read it, signed in or not: amounts, dates and numbers, and nobody's name.
A code that is unknown, mistyped or no code at all gets one and the same answer.
"""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from returns_engine.queries.certificates import PublicCertificate, read_public_certificate
from returns_engine.rules.certificate_code import grouped_code, normalize_certificate_code
from returns_engine.rules.way_back import WayBack, way_back
from returns_engine.texts.refund_words import SENT_ON, certified
from returns_engine.texts.words import mark
from returns_engine.web.pages import page
from returns_engine.web.portal.draft import Mistake
from returns_engine.web.portal.session import AnyRequest
from returns_engine.web.rate_limits import address_of, count_try
from returns_engine.web.signing import sign
from returns_engine.web.who import services_of

_LONGEST_CODE = 64
_NOT_FOUND = 404
# As often as somebody may type the code of a look-up.
_TIMES = 5
_NO_CODE = Mistake(field="code", says=mark("Type the code that is printed on the certificate."))
_UNKNOWN = Mistake(
    field="code",
    says=mark("We know no certificate with this code. Compare every character with the paper."),
)


@get("/certificates")
async def ask_for_code(request: AnyRequest) -> Response[str] | Redirect:
    """Ask for the code, or go to the page of the one that was typed."""
    typed = request.query_params.get("code")
    if typed is None:
        return _form(request)
    if not typed.strip():
        return _form(request, mistakes=[_NO_CODE], status=422)
    code = normalize_certificate_code(typed[:_LONGEST_CODE])
    if code is None:
        await _count(request)
        return _form(request, mistakes=[_UNKNOWN], typed=typed, status=_NOT_FOUND)
    return Redirect(f"/certificates/{grouped_code(code)}", status_code=303)


@get("/certificates/{code:str}")
async def certificate_page(request: AnyRequest, code: FromPath[str]) -> Response[str]:
    """Say what holds of a certificate."""
    await _count(request)
    known = normalize_certificate_code(code[:_LONGEST_CODE])
    found = await read_public_certificate(known or "")
    if found is None or known is None:
        return _form(request, mistakes=[_UNKNOWN], typed=code, status=_NOT_FOUND)
    shown = page(
        request,
        "portal/certificate.html",
        code=grouped_code(known),
        number=found.return_number,
        refunds=[_shown(refund) for refund in found.refunds],
        all_sent=_all_sent(found),
        now=services_of(request).clock(),
    )
    return _unlisted(shown)


def _shown(refund: dict[str, Any]) -> dict[str, Any]:
    way = way_back(
        provider=refund["provider"],
        method=refund["method"],
        manual_reason=refund["manual_reason"],
    )
    holds = refund["state"] == "succeeded"
    return refund | {
        "says": certified(refund["state"], way),
        "sent": SENT_ON[way if holds else WayBack.PROVIDER],
        "by_bank": way is WayBack.PROVIDER,
        "holds": holds,
    }


def _all_sent(found: PublicCertificate) -> bool:
    return all(refund["state"] == "succeeded" for refund in found.refunds)


def _form(
    request: AnyRequest,
    *,
    mistakes: list[Mistake] | None = None,
    typed: str = "",
    status: int = 200,
) -> Response[str]:
    shown = page(
        request,
        "portal/certificate_code.html",
        status=status,
        mistakes=mistakes or [],
        typed=typed[:_LONGEST_CODE],
    )
    return _unlisted(shown)


def _unlisted(shown: Response[str]) -> Response[str]:
    """Keep the page out of search engines: a code is for who holds the paper."""
    shown.headers["X-Robots-Tag"] = "noindex, nofollow"
    return shown


async def _count(request: AnyRequest) -> None:
    """Count a try for the address it comes from; raises TooMany."""
    services = services_of(request)
    settings = services.settings
    name = sign(address_of(request), key=settings.secret_key, purpose="certificate address")
    limit = settings.lookup_limit_address * _TIMES
    await count_try(f"certificate:address:{name}", limit=limit, now=services.clock())
