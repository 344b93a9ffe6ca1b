"""All orders of an account, by a link mailed to its address; guests' orders stay apart (3)."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from returns_engine.queries.account_orders import read_account_orders
from returns_engine.queries.order_view import read_orders
from returns_engine.texts.words import mark
from returns_engine.web.lookup_limits import send_link
from returns_engine.web.pages import page
from returns_engine.web.portal.draft import Fields, Mistake
from returns_engine.web.portal.order_standing import standings_of
from returns_engine.web.portal.session import (
    ACCOUNT_COOKIE,
    SESSION_COOKIE,
    AnyRequest,
    forget_all,
    keep_account,
    let_in,
)
from returns_engine.web.who import services_of
from returns_engine.workflow.account_links import Account, account_link, account_of_link
from returns_engine.workflow.end_customer_access import end_customer_access
from returns_engine.workflow.open_account_order import open_account_order
from returns_engine.workflow.refusals import NotFound

_LONGEST = 320
_UNPROCESSABLE = 422
_OVER = "/my-orders?said=over"
_NO_EMAIL = Mistake(field="email", says=mark("Enter the e-mail address of your account."))
_SAID = {
    "sent": mark(
        "If orders were bought with an account under this address, a link is on its way to it. It"
        " works for half an hour. No mail? Look in the spam folder first."
    ),
    "over": mark("This link is too old, or is none of ours. Ask for a new one."),
    "out": mark("You are signed out on this device."),
}


@get("/my-orders")
async def my_orders_page(request: AnyRequest) -> Response[str]:
    """List the account's orders, or ask for its address."""
    account = await _account(request)
    if account is None:
        said = _SAID.get(request.query_params.get("said", ""))
        return page(request, "portal/my_orders_ask.html", said=said, mistakes=[], email="")
    services = services_of(request)
    orders = await read_account_orders(account.email)
    numbers = [one["number"] for one in orders]
    order_of = await read_orders(numbers, policy=services.policy, now=services.clock())
    standings = await standings_of(request, list(order_of.values()))
    answer = page(
        request,
        "portal/my_orders.html",
        orders=orders,
        order_of=order_of,
        standings=standings,
    )
    _keep(answer, request, account)
    return answer


@post("/my-orders")
async def ask_for_link(request: AnyRequest) -> Response[str] | Redirect:
    """Mail the link where there is an account, and say the same in any case."""
    email = Fields.of(await request.form()).one("email")[:_LONGEST]
    if "@" not in email:
        return page(
            request,
            "portal/my_orders_ask.html",
            status=_UNPROCESSABLE,
            said=None,
            mistakes=[_NO_EMAIL],
            email=email,
        )
    await send_link(request, email=email)
    return Redirect("/my-orders?said=sent", status_code=303)


@get("/my-orders/enter/{link:str}")
async def enter_by_link(request: AnyRequest, link: FromPath[str]) -> Redirect:
    """Let the holder of the link in; the link leaves the address at once."""
    services = services_of(request)
    secret_key = services.settings.secret_key
    account = await account_of_link(link, services.clock(), secret_key=secret_key)
    onward = Redirect(_OVER if account is None else "/my-orders", status_code=303)
    if account is not None:
        _keep(onward, request, account)
    return onward


@post("/my-orders/open")
async def open_order(request: AnyRequest) -> Redirect:
    """Open one of the account's orders."""
    account = await _account(request)
    number = Fields.of(await request.form()).one("order")[:_LONGEST]
    if account is None:
        return Redirect(_OVER, status_code=303)
    try:
        access = await open_account_order(account, number, now=services_of(request).clock())
    except NotFound:
        return Redirect("/my-orders", status_code=303)
    onward = Redirect("/order/status", status_code=303)
    await let_in(onward, request, access)
    return onward


@post("/my-orders/leave")
async def leave_account(request: AnyRequest) -> Redirect:
    """Forget the account on this device, and end the session of the order it opened."""
    await end_customer_access(request.cookies.get(SESSION_COOKIE, ""))
    onward = Redirect("/my-orders?said=out", status_code=303)
    forget_all(onward)
    return onward


async def _account(request: AnyRequest) -> Account | None:
    services = services_of(request)
    kept = request.cookies.get(ACCOUNT_COOKIE, "")
    return await account_of_link(kept, services.clock(), secret_key=services.settings.secret_key)


def _keep(answer: Response[str] | Redirect, request: AnyRequest, account: Account) -> None:
    """Let the half hour begin anew."""
    services = services_of(request)
    secret_key = services.settings.secret_key
    keep_account(answer, request, account_link(account, services.clock(), secret_key=secret_key))
