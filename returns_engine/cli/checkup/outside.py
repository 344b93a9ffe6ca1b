"""Checks of those we call: payment provider, mail server, the store of photos."""

import asyncio
import smtplib
import ssl
from uuid import uuid4

import httpx

from returns_engine.cli.folders import require_photo_folder
from returns_engine.gateways.photo_store.chosen import photo_store_from
from returns_engine.setting_readers import is_live
from returns_engine.settings import Settings

TIMEOUT_SECONDS = 5
_STRIPE = "https://api.stripe.com"
# What the key must be allowed, each with a call that changes nothing: nothing has such an id, and a
# refund of no payment is none. Who may not hears 403 before that is looked at.
_TRIED = {
    "read refunds and charges": ("GET", "/v1/refunds?limit=1"),
    "read payment intents": ("GET", "/v1/payment_intents/pi_doctor_looks_for_nothing"),
    "read disputes": ("GET", "/v1/disputes?limit=1"),
    "make refunds": ("POST", "/v1/refunds"),
}
_WELL = {"GET": {httpx.codes.OK, httpx.codes.NOT_FOUND}, "POST": {httpx.codes.BAD_REQUEST}}


def check_payments(settings: Settings) -> str | None:
    """Fail where the key is missing, refused, or may not do what the engine does with it."""
    settings.require("stripe_key")
    # While nobody knows the mode, nobody knows either whether a live key may be used.
    production = settings.mode == "production"
    key = settings.stripe_key or ""
    address = settings.stripe_address or _STRIPE
    with httpx.Client(base_url=address, auth=(key, ""), timeout=TIMEOUT_SECONDS) as client:
        try:
            answers = {
                what: client.request(method, path).status_code
                for what, (method, path) in _TRIED.items()
            }
        except httpx.TransportError as error:
            raise ValueError(
                f"{address} does not answer ({error}): check that this machine may call it"
                + (", and RETURNS_ENGINE_STRIPE_ADDRESS." if settings.stripe_address else ".")
            ) from error
    if httpx.codes.UNAUTHORIZED in answers.values():
        raise ValueError("Stripe does not know the key: check RETURNS_ENGINE_STRIPE_KEY.")
    refused = [what for what, status in answers.items() if status == httpx.codes.FORBIDDEN]
    if refused:
        raise ValueError(f"The key may not {', '.join(refused)}: give it that at Stripe.")
    odd = {what: status for what, status in answers.items() if status not in _WELL[_TRIED[what][0]]}
    if odd:
        raise ValueError(f"Stripe answers {odd}; look at its status page.")
    return _of_the_key(key) if production else None


def _of_the_key(key: str) -> str | None:
    if not is_live(key):
        return "This is a test key: no real money moves."
    if key.startswith("sk_"):
        return "This key may do everything: a restricted key needs less (docs/operate.md)."
    return None


def check_mail(settings: Settings) -> str | None:
    """Fail where the mail server does not answer, encrypt or let us in; no mail is sent."""
    settings.require("smtp_host")
    secured = ssl.create_default_context()
    with _mail_server(settings, secured) as server:
        if settings.smtp_security == "starttls":
            server.starttls(context=secured)
        if settings.smtp_user and settings.smtp_password:
            server.login(settings.smtp_user, settings.smtp_password)
        server.noop()
    if settings.smtp_security == "none" and settings.smtp_user:
        return "The password goes to the mail server unencrypted: set RETURNS_ENGINE_SMTP_SECURITY."
    return None


def _mail_server(settings: Settings, secured: ssl.SSLContext) -> smtplib.SMTP:
    host, port = settings.smtp_host or "", settings.smtp_port
    try:
        if settings.smtp_security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=secured)
        return smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    except OSError as error:
        raise ValueError(
            f"No mail server answers at {host}:{port} ({error}): check RETURNS_ENGINE_SMTP_HOST,"
            " RETURNS_ENGINE_SMTP_PORT and RETURNS_ENGINE_SMTP_SECURITY."
        ) from error


def check_photos(settings: Settings) -> str | None:
    """Write, read, list and remove a file, as web and worker will; fail where one of it fails."""
    require_photo_folder(settings)

    async def look() -> None:
        photos, probe = photo_store_from(settings), f"{uuid4()}.jpg"
        await photos.put(probe, b"doctor")
        try:
            if await photos.get(probe) != b"doctor":
                raise ValueError("The store of photos gives back something else than it was given.")
            async for _ in photos.listed():
                break
        finally:
            await photos.delete(probe)

    asyncio.run(look())
    return None
