"""The link by which a customer chooses: signed, so that nobody can make one up, and naming nobody.

Whoever holds it may choose, once; it shows no name, address or order of anybody else.
"""

import hashlib
import hmac
from uuid import UUID

_SIGNATURE = 32
_PURPOSE = "choice link"


def choice_path(choice_id: UUID, *, secret_key: str) -> str:
    """Return the path of a choice's page: `/choices/{id}.{signature}`."""
    return f"/choices/{choice_id}.{_signature(choice_id, secret_key)}"


def choice_of_link(link: str, *, secret_key: str) -> UUID | None:
    """Return the id that the last part of a path stands for; None unless we signed just that."""
    text, _, signature = link.partition(".")
    try:
        choice_id = UUID(text)
    except ValueError:
        return None
    expected = _signature(choice_id, secret_key)
    # One way of writing each link: an id in other letters is not what was signed.
    well = str(choice_id) == text and hmac.compare_digest(signature.encode(), expected.encode())
    return choice_id if well else None


def _signature(choice_id: UUID, secret_key: str) -> str:
    signed = f"{_PURPOSE}\n{choice_id}".encode()
    return hmac.new(secret_key.encode(), signed, hashlib.sha256).hexdigest()[:_SIGNATURE]
