"""Receivers of webhooks: how each stands, what it was sent, and sending it again."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from admin.forms import sent_form
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from admin.webhooks.words import ERRORS, SAID, STATES, TONES, WHY_OFF
from returns_engine.queries.webhooks import LAST, is_in_trouble, list_endpoints, read_log
from returns_engine.rules.words import Scope
from returns_engine.web.who import services_of
from returns_engine.workflow.keep_webhooks import disable_webhook, enable_webhook
from returns_engine.workflow.refusals import Conflict, NotFound
from returns_engine.workflow.resend_webhooks import ping_webhook, resend_webhook, resend_webhooks
from returns_engine.workflow.sweep_webhooks import KEPT

_KEEPS = [staff_with(Scope.POLICIES_WRITE)]
_PAGE = "/admin/webhooks"
_AT_ONCE = 50
_DIGITS = 18


@get(_PAGE, guards=_KEEPS)
async def webhooks(request: AnyRequest) -> Response[str]:
    """Show the receivers, and what they were sent, the newest first."""
    asked = request.query_params
    endpoints, now = await list_endpoints(), services_of(request).clock()
    troubled = asked.get("receivers") == "troubled"
    chosen = _number(asked.get("of"))
    endpoint = chosen if chosen in {one.id for one in endpoints} else None
    failed = asked.get("show") == "failed"
    before = min(_number(asked.get("before")) or LAST, LAST)
    log = await read_log(endpoint=endpoint, failed=failed, before=before, limit=_AT_ONCE + 1)
    shown = {"of": endpoint, "show": "failed" if failed else None}
    return staff_page(
        request,
        "staff_webhooks.html",
        endpoints=endpoints,
        shown=[one for one in endpoints if not troubled or is_in_trouble(one, now)],
        troubled=troubled,
        endpoint=endpoint,
        on={one.id for one in endpoints if one.state == "enabled"},
        failed=failed,
        log=log[:_AT_ONCE],
        onward=_address(**shown, before=log[_AT_ONCE - 1].id) if len(log) > _AT_ONCE else None,
        here=_address(**shown),
        first=before == LAST,
        said=SAID.get(asked.get("said", "")),
        bad=asked.get("said") == "is_off",
        states=STATES,
        tones=TONES,
        errors=ERRORS,
        why_off=WHY_OFF,
        now=now,
    )


@post(_PAGE + "/{endpoint:int}/test", guards=_KEEPS, status_code=303)
async def test_webhook(request: AnyRequest, endpoint: FromPath[int]) -> Response[Any]:
    """Send a ping to a receiver."""
    said = "test"
    try:
        await ping_webhook(_known(endpoint), now=services_of(request).clock())
    except Conflict:
        said = "is_off"
    return _back({"of": endpoint}, said)


@post(_PAGE + "/{endpoint:int}/on", guards=_KEEPS, status_code=303)
async def switch_on(request: AnyRequest, endpoint: FromPath[int]) -> Response[Any]:
    """Send to a receiver again."""
    now, actor = services_of(request).clock(), caller_on(request).actor
    await enable_webhook(_known(endpoint), actor=actor, now=now)
    return _back({"of": endpoint, "show": "failed"}, "on")


@post(_PAGE + "/{endpoint:int}/off", guards=_KEEPS, status_code=303)
async def switch_off(request: AnyRequest, endpoint: FromPath[int]) -> Response[Any]:
    """Send nothing to a receiver for now."""
    now, actor = services_of(request).clock(), caller_on(request).actor
    await disable_webhook(_known(endpoint), actor=actor, now=now)
    return _back({}, "off")


@post(_PAGE + "/{endpoint:int}/resend", guards=_KEEPS, status_code=303)
async def resend_all(request: AnyRequest, endpoint: FromPath[int]) -> Response[Any]:
    """Send a receiver again all that it did not get."""
    now, said = services_of(request).clock(), "again"
    try:
        await resend_webhooks(_known(endpoint), since=now - KEPT, now=now)
    except Conflict:
        said = "is_off"
    return _back({"of": endpoint}, said)


@post(_PAGE + "/log/{number:int}/resend", guards=_KEEPS, status_code=303)
async def resend_one(request: AnyRequest, number: FromPath[int]) -> Response[Any]:
    """Send one event again, whatever became of it."""
    form, said = await sent_form(request), "again"
    if not 0 < number <= LAST:
        raise NotFound("webhook")
    try:
        await resend_webhook(number, now=services_of(request).clock())
    except Conflict:
        said = "is_off"
    of, show = _number(form.text("of")), form.text("show")
    return _back({"of": of or None, "show": "failed" if show == "failed" else None}, said)


def _known(endpoint: int) -> int:
    if not 0 < endpoint <= LAST:
        raise NotFound("receiver")
    return endpoint


def _back(shown: dict[str, object], said: str) -> Redirect:
    return Redirect(_address(**shown, said=said), status_code=303)


def _address(**told: object) -> str:
    query = urlencode({name: value for name, value in told.items() if value})
    return f"{_PAGE}?{query}" if query else _PAGE


def _number(text: str | None) -> int:
    """Return the number that somebody sent; 0, which nothing has, for anything else."""
    plain = text and text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if text and plain else 0
