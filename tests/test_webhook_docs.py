"""docs/webhooks.md is true: its events are all there are, its checks find a signature good."""

import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from returns_engine.gateways.webhook_receivers.signatures import secret_of, signed_headers
from returns_engine.rules.webhooks.event_types import EVENT_TYPES, PING

DOCS = Path(__file__).parents[1] / "docs" / "webhooks.md"
SECRET = secret_of(b"\x00\xff" * 16)
BODY = '{"type":"ping","data":{"word":"Grüße"}}'


def headers() -> dict[str, str]:
    return signed_headers("msg_1", BODY, secrets=[SECRET], at=datetime.now(UTC))


class TestTheDocs:
    def test_list_every_event_with_what_it_says(self):
        listed = dict(re.findall(r"^\| `([a-z._]+)` \| (.+) \|$", DOCS.read_text(), re.MULTILINE))

        listed.pop(PING)
        assert listed == dict(EVENT_TYPES)

    def test_check_a_signature_in_python(self):
        (code,) = re.findall(r"```python\n(.+?)```", DOCS.read_text(), re.DOTALL)
        names: dict = {}
        exec(code, names)  # noqa: S102 - what our own docs say

        assert names["take"](headers(), BODY.encode(), SECRET)["type"] == "ping"

    def test_check_a_signature_in_a_shell(self, tmp_path: Path):
        (code,) = re.findall(r"```sh\n(.+?)```", DOCS.read_text(), re.DOTALL)
        (tmp_path / "body.json").write_text(BODY, encoding="utf-8")
        sent = headers()
        ran = subprocess.run(
            ["sh", "-c", code],  # noqa: S607 - as somebody would type it
            cwd=tmp_path,
            env=os.environ
            | {
                "SECRET": SECRET,
                "WEBHOOK_ID": sent["webhook-id"],
                "WEBHOOK_TIMESTAMP": sent["webhook-timestamp"],
            },
            capture_output=True,
            text=True,
            check=True,
        )

        assert f"v1,{ran.stdout.strip()}" == sent["webhook-signature"]
