"""Codes of authenticator apps (RFC 6238): six digits, of one half minute each.

What an app counts with is made of a salt and the engine's own key, and kept nowhere: a copy of the
database without the key gives no code.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp

STEP = 30
"""Seconds that a code is for; the one before and the one after are taken too, for clocks drift."""

_BYTES = 20
"""As RFC 4226 recommends: 160 bits."""


def new_salt() -> str:
    """Return a salt for an app that is about to be set up."""
    return secrets.token_urlsafe(32)


def totp_secret(staff: int, salt: str, *, secret_key: str) -> str:
    """Return what somebody's app counts with, in base 32, as apps take it."""
    made = hmac.new(secret_key.encode(), f"totp\n{staff}\n{salt}".encode(), hashlib.sha256)
    return base64.b32encode(made.digest()[:_BYTES]).decode()


def totp_address(secret: str, *, person: str, shop: str) -> str:
    """Return the `otpauth:` address that an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=person, issuer_name=shop)


def step_of(code: str, secret: str, *, now: datetime) -> int | None:
    """Return the number of the half minute whose code this is; None for a code that is wrong."""
    if not (code.isascii() and code.isdigit()):
        return None
    totp, here = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    for step in (here, here - 1, here + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None
