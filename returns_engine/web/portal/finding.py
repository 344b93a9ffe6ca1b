"""Find an order: its number and a contact on file, then a code; the answer is always the same."""

from collections.abc import Mapping, Sequence

from litestar import Response, get, post
from litestar.response import Redirect

from returns_engine.queries.return_list import list_returns
from returns_engine.texts.words import mark
from returns_engine.web.lookup_limits import count_code, send_code
from returns_engine.web.pages import page
from returns_engine.web.portal.draft import Fields, Mistake
from returns_engine.web.portal.session import (
    SESSION_COOKIE,
    AnyRequest,
    Finding,
    customer_of,
    finding_of,
    forget_all,
    keep_finding,
    let_in,
)
from returns_engine.web.portal.sought import way_on, with_unsent
from returns_engine.web.portal.unsent import unsent_in
from returns_engine.web.problems import TooMany, headers_of, status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.end_customer_access import end_customer_access
from returns_engine.workflow.verify_lookup_code import WrongCode, verify_lookup_code

LONGEST_FIELD = 320
_UNPROCESSABLE = 422
_NOBODY = Finding(order_number="", contact="")
_NO_NUMBER = Mistake(
    field="order_number",
    says=mark("Enter your order number; it is in the mail that confirmed your order."),
)
_NO_CONTACT = Mistake(
    field="contact", says=mark("Enter the e-mail address or phone number you ordered with.")
)
_WRONG_CODE = Mistake(
    field="code",
    says=mark("This code does not fit, or is too old. Check the newest mail, or get a new code."),
)
_TOO_MANY = mark("To keep others out we count the tries. Please come back in an hour.")
_SAID = {
    "over": mark("You were away for a while. Please find your order again; it keeps others out."),
    "first": mark("Find your order first: with the code you get to the page you wanted to see."),
    "out": mark("You are signed out on this device."),
}


@get("/")
async def find_page(request: AnyRequest) -> Response[str]:
    """Ask for an order's number and a contact, or offer the order that is open already."""
    actor = await customer_of(request)
    known = actor.order if actor else None
    returns = (await list_returns(order_number=known)).items if known else []
    said = _SAID.get(request.query_params.get("said", ""))
    return page(
        request,
        "portal/find.html",
        finding=_NOBODY,
        mistakes=[],
        known=known,
        returns=returns,
        said=said,
        unsent={},
    )


def ask_for_order(
    request: AnyRequest,
    *,
    status: int = 200,
    finding: Finding = _NOBODY,
    mistakes: Sequence[Mistake] = (),
    said: str = "",
    unsent: Mapping[str, str],
) -> Response[str]:
    """Answer a form with the page that asks for number and contact; `unsent` stays with it."""
    return page(
        request,
        "portal/find.html",
        status=status,
        finding=finding,
        mistakes=mistakes,
        known=None,
        returns=[],
        said=_SAID.get(said),
        unsent=unsent,
    )


def _ask_for_code(
    request: AnyRequest,
    *,
    mistakes: Sequence[Mistake] = (),
    again: bool = False,
    typed: str = "",
    unsent: Mapping[str, str],
) -> Response[str]:
    return page(
        request,
        "portal/code.html",
        status=_UNPROCESSABLE if mistakes else 200,
        mistakes=mistakes,
        again=again,
        typed=typed,
        unsent=unsent,
    )


def _ask_to_wait(request: AnyRequest, shown: Response[str], refused: TooMany) -> Response[str]:
    """Return a page that keeps what it carries as the answer to a try too many."""
    shown.status_code = status_of(refused)
    shown.headers.update(headers_of(request, refused))
    return shown


@post("/find")
async def find_order(request: AnyRequest) -> Response[str] | Redirect:
    """Send a code where number and contact belong together, and say the same in any case."""
    fields = Fields.of(await request.form())
    finding = Finding(
        order_number=fields.one("order_number")[:LONGEST_FIELD],
        contact=fields.one("contact")[:LONGEST_FIELD],
    )
    unsent = unsent_in(fields)
    go = fields.one("go")
    if go == "back":
        return ask_for_order(request, finding=finding_of(request) or _NOBODY, unsent=unsent)
    if go == "speak":
        return ask_for_order(request, finding=finding, unsent=unsent)
    missing = ((_NO_NUMBER, finding.order_number), (_NO_CONTACT, finding.contact))
    mistakes = [mistake for mistake, given in missing if not given]
    if mistakes:
        return ask_for_order(
            request, status=_UNPROCESSABLE, finding=finding, mistakes=mistakes, unsent=unsent
        )
    try:
        await _send_code(request, finding)
    except TooMany as refused:
        mistakes = [Mistake(field="contact", says=_TOO_MANY)]
        shown = ask_for_order(request, finding=finding, mistakes=mistakes, unsent=unsent)
        return _ask_to_wait(request, shown, refused)
    onward: Response[str] | Redirect = Redirect("/code", status_code=303)
    if unsent:
        onward = _ask_for_code(request, unsent=unsent)
    keep_finding(onward, request, finding)
    return onward


async def _send_code(request: AnyRequest, finding: Finding) -> None:
    await send_code(request, order_number=finding.order_number, contact=finding.contact)


@get("/code")
async def code_page(request: AnyRequest) -> Response[str] | Redirect:
    """Ask for the code."""
    if finding_of(request) is None:
        return Redirect("/", status_code=303)
    again = request.query_params.get("said") == "again"
    return _ask_for_code(request, again=again, unsent={})


@post("/code")
async def enter_code(request: AnyRequest) -> Response[str] | Redirect:
    """Let the customer in with the right code."""
    finding = finding_of(request)
    fields = Fields.of(await request.form())
    unsent = unsent_in(fields)
    if finding is None:
        return _too_late(request, unsent)
    services = services_of(request)
    code = "".join(fields.one("code").split())
    if fields.one("go") == "speak":
        return _ask_for_code(request, typed=code[:LONGEST_FIELD], unsent=unsent)
    try:
        await count_code(request, finding.contact, finding.order_number)
        access = await verify_lookup_code(
            order_number=finding.order_number,
            contact=finding.contact,
            code=code[:LONGEST_FIELD],
            now=services.clock(),
            secret_key=services.settings.secret_key,
        )
    except WrongCode:
        return _ask_for_code(request, mistakes=[_WRONG_CODE], unsent=unsent)
    except TooMany as refused:
        return _too_many_codes(request, refused, unsent)
    way = await way_on(request, access.order_number)
    onward = Redirect(way, status_code=303)
    to_form = with_unsent(way, unsent)
    if to_form is not None:
        # The browser sends the same form there, with what it carries.
        onward = Redirect(to_form, status_code=307)
    await let_in(onward, request, access)
    return onward


@post("/code/again")
async def another_code(request: AnyRequest) -> Response[str] | Redirect:
    """Send another code to the same contact."""
    finding = finding_of(request)
    unsent = unsent_in(Fields.of(await request.form()))
    if finding is None:
        return _too_late(request, unsent)
    try:
        await _send_code(request, finding)
    except TooMany as refused:
        return _too_many_codes(request, refused, unsent)
    if unsent:
        return _ask_for_code(request, again=True, unsent=unsent)
    return Redirect("/code?said=again", status_code=303)


def _too_many_codes(
    request: AnyRequest, refused: TooMany, unsent: Mapping[str, str]
) -> Response[str]:
    mistakes = [Mistake(field="code", says=_TOO_MANY)]
    return _ask_to_wait(request, _ask_for_code(request, mistakes=mistakes, unsent=unsent), refused)


def _too_late(request: AnyRequest, unsent: Mapping[str, str]) -> Response[str] | Redirect:
    if unsent:
        return ask_for_order(request, said="over", unsent=unsent)
    return Redirect("/?said=over", status_code=303)


@post("/sign-out")
async def sign_out(request: AnyRequest) -> Redirect:
    """End the customer's session, here and for every copy of its token, and their account's."""
    await end_customer_access(request.cookies.get(SESSION_COOKIE, ""))
    onward = Redirect("/?said=out", status_code=303)
    forget_all(onward)
    return onward
