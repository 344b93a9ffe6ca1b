"""Who may call: the ways to say who one is, and which of them opens what."""

from collections.abc import Mapping
from typing import Any

from returns_engine.web.who import CSRF_HEADER, SESSION_COOKIE, Who

SCHEMES: Mapping[str, Mapping[str, str]] = {
    "api_key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A program's key, from `returns-engine api-key create`. Each call names the"
        " scope that it needs.",
    },
    "customer_token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A customer's token for one order, from `POST /order-lookups/verify`.",
    },
    "staff_session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": "The session of somebody signed in at `/admin`, whose roles grant the same"
        " scopes.",
    },
    "csrf_token": {
        "type": "apiKey",
        "in": "header",
        "name": CSRF_HEADER,
        "description": "With a session, every change needs the CSRF token that its cookie holds.",
    },
}


def security_of(who: Who | None, *, changes: bool) -> list[dict[str, list[str]]]:
    """Return the ways into an endpoint, each by itself enough; none where anyone may call."""
    if who is None:
        return []
    ways = [{"api_key": [str(scope)]} for scope in who.scopes]
    if who.customers:
        ways.append({"customer_token": []})
    if who.scopes:
        session: dict[str, list[str]] = {"staff_session": []}
        ways.append(session | {"csrf_token": []} if changes else session)
    return ways


def says_who(who: Who | None) -> str:
    """Return a sentence on who may call."""
    if who is None:
        return "Anyone may call this."
    scopes = " or ".join(f"`{scope}`" for scope in who.scopes)
    if not scopes:
        return "For the customer alone, of their own order."
    if who.customers:
        return f"For the customer, of their own order, and for `{scopes.strip('`')}`."
    return f"Needs {scopes}."


def refusals_of(who: Who | None, *, changes: bool) -> dict[str, Any]:
    """Return the codes with which those are turned away who may not call."""
    if who is None:
        return {}
    codes = ["not_signed_in", "missing_scope" if who.scopes else "customers_only"]
    return dict.fromkeys([*codes, "csrf_token_missing"] if changes and who.scopes else codes)
