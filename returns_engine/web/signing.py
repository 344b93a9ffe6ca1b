"""Compare and sign without telling anything by the time it takes."""

import hashlib
import hmac


def same_text(one: str, other: str) -> bool:
    """Tell whether two texts are the same, in the same time wherever they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def sign(text: str, *, key: str, purpose: str) -> str:
    """Return a signature of `text` that holds for one purpose alone, in hex."""
    signed = f"{purpose}\n{text}".encode()
    return hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
