"""Who the customer is, between two pages: cookies that hold nothing to read."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException

from returns_engine.queries.return_view import order_of_return
from returns_engine.rules.actor import Actor
from returns_engine.web.languages import ORDER_LANGUAGE_COOKIE, asked_language, chosen_language
from returns_engine.web.pages import is_secure
from returns_engine.web.portal.unsent import unsent_of
from returns_engine.web.who import customer_of_token, services_of
from returns_engine.workflow.keep_language import keep_language
from returns_engine.workflow.verify_lookup_code import CustomerAccess

SESSION_COOKIE = "returns_customer"
FINDING_COOKIE = "returns_finding"
ACCOUNT_COOKIE = "returns_account"
SOUGHT_COOKIE = "returns_sought"
# As long as a code lives, and a little more to type it in.
_FINDING_SECONDS = 15 * 60
# The order's number is to be looked up first, perhaps in another mail.
_SOUGHT_SECONDS = 30 * 60
LONGEST_FINDING = 320
_SESSION_SECONDS = 12 * 60 * 60
_ACCOUNT_SECONDS = 30 * 60

AnyRequest = Request[Any, Any, Any]


class PleaseFindYourOrder(Exception):  # noqa: N818 - named for what the page then says
    """Nobody known is asking, or their half hour is over; `unsent` is what they wrote."""

    def __init__(self, unsent: Mapping[str, str]) -> None:
        super().__init__("The order is to be found first.")
        self.unsent = unsent


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What somebody looks for, until the code is typed in."""

    order_number: str
    contact: str


async def customer_of(request: AnyRequest) -> Actor | None:
    """Return the customer whose token the cookie holds; None when it is over."""
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    caller = await customer_of_token(token, services_of(request).clock())
    return None if caller is None else caller.actor


async def the_customer(request: AnyRequest) -> Actor:
    """Return the customer, or raise PleaseFindYourOrder."""
    actor = await customer_of(request)
    if actor is None:
        raise PleaseFindYourOrder(await unsent_of(request))
    return actor


async def owner_of(request: AnyRequest, number: str) -> Actor:
    """Return the customer whose return it is; for everybody else there is no such return."""
    actor = await the_customer(request)
    if await order_of_return(number) != actor.order:
        raise NotFoundException
    return actor


async def let_in(response: Response[Any], request: AnyRequest, access: CustomerAccess) -> None:
    """Keep the customer's token; the server decides when it is over.

    While the order is open, pages speak the language kept with it, unless one was chosen here. It
    is no choice: it goes when the order does, and is kept with no other order.
    """
    response.set_cookie(_cookie(request, SESSION_COOKIE, access.token, _SESSION_SECONDS))
    kept = await keep_language(
        access.order_number, chosen=chosen_language(request), asked=asked_language(request)
    )
    if kept is None:
        response.delete_cookie(ORDER_LANGUAGE_COOKIE)
    else:
        response.set_cookie(_cookie(request, ORDER_LANGUAGE_COOKIE, kept, _SESSION_SECONDS))
    response.delete_cookie(FINDING_COOKIE)
    response.delete_cookie(SOUGHT_COOKIE)


def keep_sought(response: Response[Any], request: AnyRequest, told: str) -> None:
    """Keep which page was wanted, until the code is typed in."""
    response.set_cookie(_cookie(request, SOUGHT_COOKIE, told, _SOUGHT_SECONDS))


def let_out(response: Response[Any]) -> None:
    """Forget the customer of an order on this device."""
    response.delete_cookie(SESSION_COOKIE)
    response.delete_cookie(ORDER_LANGUAGE_COOKIE)


def forget_all(response: Response[Any]) -> None:
    """Forget order, account and what was looked for on this device, and what its browser kept.

    The answers of a request and its photos may be kept for the way back, which is open no more.
    """
    let_out(response)
    for name in (ACCOUNT_COOKIE, FINDING_COOKIE, SOUGHT_COOKIE):
        response.delete_cookie(name)
    # Neither cookies nor storage: a colleague's session and drafts may be of the same host.
    response.headers["Clear-Site-Data"] = '"cache"'


def keep_account(response: Response[Any], request: AnyRequest, link: str) -> None:
    """Keep what opens the account's orders, for as long as it does."""
    response.set_cookie(_cookie(request, ACCOUNT_COOKIE, link, _ACCOUNT_SECONDS))


def keep_finding(response: Response[Any], request: AnyRequest, finding: Finding) -> None:
    """Keep what is looked for on the customer's own device: it belongs in no address."""
    told = json.dumps([finding.order_number, finding.contact])
    value = base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")
    response.set_cookie(_cookie(request, FINDING_COOKIE, value, _FINDING_SECONDS))


def finding_of(request: AnyRequest) -> Finding | None:
    """Return what is looked for, or None where the cookie is missing or spoiled."""
    value = request.cookies.get(FINDING_COOKIE, "")
    try:
        told = json.loads(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
        order_number, contact = (str(part) for part in told)
        # What no form could have sent is no cookie of ours.
        clean = b"\0" not in f"{order_number}{contact}".encode()
    except (ValueError, TypeError, RecursionError):
        return None
    if not clean or max(len(order_number), len(contact)) > LONGEST_FINDING:
        return None
    return Finding(order_number=order_number, contact=contact)


def _cookie(request: AnyRequest, name: str, value: str, seconds: int) -> Cookie:
    return Cookie(
        key=name,
        value=value,
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=is_secure(services_of(request).settings),
    )
