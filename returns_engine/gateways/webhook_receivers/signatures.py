"""Sign a webhook as the Standard Webhooks specification has it."""

import base64
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook

SECRET_BYTES = 32
"""How many random bytes a secret holds: from 24 to 64 by the specification."""

_PREFIX = "whsec_"


def secret_of(random: bytes) -> str:
    """Return the secret that `random` bytes make, as it is shown once and kept."""
    return _PREFIX + base64.b64encode(random).decode("ascii")


def signed_headers(
    webhook_id: str, body: str, *, secrets: Sequence[str], at: datetime
) -> dict[str, str]:
    """Return the headers that go with `body`, signed by each of `secrets` at this moment."""
    signatures = [Webhook(secret).sign(webhook_id, at, body) for secret in secrets]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
