"""The signature is made by Stripe's own SDK here, so that ours is not checked against itself."""

import hmac
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from stripe import WebhookSignature

from returns_engine.gateways.payments.webhook_events import (
    BadSignature,
    StripeWebhooks,
    UnreadableEvent,
)

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
SECRET, OLD_SECRET = "whsec_new", "whsec_old"
REFUND = {
    "id": "re_1",
    "object": "refund",
    "payment_intent": "pi_1",
    "metadata": {"refund_id": "7f0c", "rma": "RMA-ÄÖ"},
}


def an_event(subject=REFUND, **changes) -> bytes:
    event = {
        "id": "evt_1",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": int(NOW.timestamp()),
        "livemode": False,
        "type": "refund.updated",
        "data": {"object": subject},
        **changes,
    }
    return json.dumps(event, ensure_ascii=False).encode()


def signed(raw: bytes, secret=SECRET, at=NOW) -> str:
    return WebhookSignature.generate_signature_header(raw.decode(), secret, int(at.timestamp()))


@pytest.fixture
def webhooks():
    return StripeWebhooks([SECRET, OLD_SECRET])


class TestAWebhook:
    def test_tells_what_changed_and_whose_it_is(self, webhooks):
        raw = an_event()

        event = webhooks.read_event(raw, signed(raw), NOW)

        assert (event.id, event.type, event.created_at) == ("evt_1", "refund.updated", NOW)
        assert (event.object_type, event.object_id) == ("refund", "re_1")
        assert event.payment_reference == "pi_1"
        assert event.metadata == REFUND["metadata"]

    @pytest.mark.parametrize(
        ("subject", "payment"),
        [
            ({"object": "payment_intent", "id": "pi_2"}, "pi_2"),
            ({"object": "charge", "id": "ch_2", "payment_intent": {"id": "pi_3"}}, "pi_3"),
            ({"object": "charge", "id": "ch_4", "payment_intent": None}, "ch_4"),
            ({"object": "dispute", "id": "dp_1", "charge": "ch_5"}, "ch_5"),
            ({"object": "balance"}, None),
        ],
    )
    def test_finds_the_payment_where_the_object_has_it(self, webhooks, subject, payment):
        raw = an_event(subject)

        assert webhooks.read_event(raw, signed(raw), NOW).payment_reference == payment

    def test_is_read_under_the_old_secret_while_it_is_replaced(self, webhooks):
        raw = an_event()

        assert webhooks.read_event(raw, signed(raw, OLD_SECRET), NOW).id == "evt_1"

    def test_is_read_when_only_one_of_its_signatures_is_ours(self, webhooks):
        raw = an_event()
        header = signed(raw) + ",v1=00ff,v0=old"

        assert webhooks.read_event(raw, header, NOW).id == "evt_1"


class TestAForgedWebhook:
    def test_is_signed_with_another_secret(self, webhooks):
        raw = an_event()

        with pytest.raises(BadSignature):
            webhooks.read_event(raw, signed(raw, "whsec_other"), NOW)

    def test_has_another_body(self, webhooks):
        with pytest.raises(BadSignature):
            webhooks.read_event(an_event(id="evt_2"), signed(an_event()), NOW)

    @pytest.mark.parametrize("age", [timedelta(seconds=301), timedelta(seconds=-301)])
    def test_was_kept_too_long_or_made_for_later(self, webhooks, age):
        raw = an_event()

        with pytest.raises(BadSignature):
            webhooks.read_event(raw, signed(raw, at=NOW - age), NOW)

    @pytest.mark.parametrize(
        "header",
        [
            "",
            "t=1",
            "v1=00",
            "t=x,v1=00",
            "t=1,t=2,v1=00",
            "t=²,v1=00",
            "t=1,v1=ä",
            "=,=",
            f"t={'9' * 5_000},v1=00",
        ],
    )
    def test_has_a_header_that_says_nothing(self, webhooks, header):
        with pytest.raises(BadSignature):
            webhooks.read_event(an_event(), header, NOW)

    def test_cannot_be_made_with_an_empty_secret(self):
        for secrets in ([], [""], [SECRET, "  "]):
            with pytest.raises(ValueError, match="must not be empty"):
                StripeWebhooks(secrets)


class TestASignedBodyThatIsNoEvent:
    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"[]",
            b"null",
            b"\xff",
            b"{}",
            an_event(None),
            an_event({"object": "refund", "metadata": {"a": 1}}),
            an_event(created="now"),
            an_event(created=10**30),
            an_event(id=7),
            an_event(id="e" * 256),
            an_event(type="t" * 129),
            an_event(REFUND | {"id": "r" * 256}),
            an_event(REFUND | {"payment_intent": "p" * 256}),
            b"[" * 100_000,
        ],
    )
    def test_is_unreadable_and_nothing_worse(self, webhooks, raw):
        mac = hmac.new(SECRET.encode(), f"{int(NOW.timestamp())}.".encode() + raw, sha256)
        header = f"t={int(NOW.timestamp())},v1={mac.hexdigest()}"

        with pytest.raises(UnreadableEvent):
            webhooks.read_event(raw, header, NOW)


class TestTheWebProcess:
    def test_reads_webhooks_without_loading_the_sdk(self):
        asked = (
            "import sys, returns_engine.gateways.payments.webhook_events as w;"
            "sys.exit('stripe' in sys.modules or 'httpx' in sys.modules)"
        )

        assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
