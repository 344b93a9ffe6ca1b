"""Where the address of a form leads who opens it as a page: back to where the form stands.

A form that was refused is answered at its own address, which the browser then shows, keeps in a
tab and opens anew. Nothing is written by it.
"""

from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Redirect

from returns_engine.web.portal.session import AnyRequest, owner_of, the_customer
from returns_engine.web.portal.submitting import refused_decision

_OF_A_RETURN = (
    *("withdraw", "renew-label", "message", "tracking", "answer", "appeal", "consent", "unsent"),
)


@get(
    [
        *(f"/returns/{{number:str}}/{form}" for form in _OF_A_RETURN),
        "/returns/{number:str}/mails/{message_id:uuid}/resend",
    ]
)
async def to_the_return(request: AnyRequest, number: FromPath[str]) -> Redirect:
    """Lead back to the return."""
    await owner_of(request, number)
    return Redirect(f"/returns/{number}", status_code=303)


@get(["/order/review", "/order/send", "/order/unsent"])
async def to_the_order(request: AnyRequest) -> Redirect:
    """Lead back to the order, where a request that was begun can be gone on with."""
    await the_customer(request)
    return Redirect("/order", status_code=303)


@get(["/order/refused/{decision_id:uuid}/ask", "/order/refused/{decision_id:uuid}/unsent"])
async def to_the_refusal(request: AnyRequest, decision_id: FromPath[UUID]) -> Redirect:
    """Lead back to why the policy answered no."""
    actor = await the_customer(request)
    await refused_decision(decision_id, order_number=actor.order or "")
    return Redirect(f"/order/refused/{decision_id}", status_code=303)


@get("/find")
async def to_the_start() -> Redirect:
    """Lead back to the first page."""
    return Redirect("/", status_code=303)
