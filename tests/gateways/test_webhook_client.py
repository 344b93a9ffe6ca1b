"""The way out to receivers, against real servers on real wires."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from returns_engine.gateways.webhook_receivers.http_client import MOST_HEARD, WebhookClient
from returns_engine.gateways.webhook_receivers.receivers import Answered, NotReached, Trouble
from tests.webhook_receiver import Receiver, receiving, status


@pytest.fixture
async def receiver():
    async with receiving() as listening:
        yield listening


def client(*, public_only: bool = False, timeout: float = 30) -> WebhookClient:
    return WebhookClient(public_only=public_only, timeout=timeout)


async def post(receiver: Receiver, *answers: object, **options: object) -> Answered | NotReached:
    receiver.answers.extend(answers)
    return await client(**options).post(receiver.url, {"webhook-id": "msg_1"}, b"{}")


class TestAnAnswer:
    @pytest.mark.parametrize("code", [200, 201, 202, 204, 299])
    async def test_of_any_success_is_one(self, receiver: Receiver, code: int):
        answer = await post(receiver, status(code))

        assert answer == Answered(status=code)
        assert answer.took_it

    async def test_that_leads_elsewhere_is_not_followed(self, receiver: Receiver):
        answer = await post(receiver, status(302, f"location: {receiver.url}"))

        assert answer == Answered(status=302)
        assert not answer.took_it
        assert len(receiver.got) == 1

    async def test_may_ask_for_rest_in_seconds(self, receiver: Receiver):
        answer = await post(receiver, status(429, "retry-after: 120"))

        assert answer == Answered(status=429, wait=timedelta(seconds=120))

    async def test_may_ask_for_rest_until_a_moment(self, receiver: Receiver):
        answer = await post(receiver, status(503, "retry-after: Fri, 01 Jan 2100 00:00:00 GMT"))

        assert answer.wait > timedelta(days=300)

    @pytest.mark.parametrize(
        "words",
        [
            *("soon", "-5", "1.5", "9" * 5000, "Fri, 01 Jan 1999 00:00:00 GMT", "Fri, 99 Xyz 2100"),
            f"Fri, {'9' * 30} Jan 2100 00:00:00 GMT",
            f"Fri, 01 Jan 2100 00:00:00 +{'9' * 30}",
        ],
    )
    async def test_that_asks_for_no_sensible_rest_asks_for_none(
        self, receiver: Receiver, words: str
    ):
        answer = await post(receiver, status(503, f"retry-after: {words}"))

        assert not answer.wait

    async def test_is_not_read_to_an_end_that_may_never_come(self, receiver: Receiver):
        endless = b"HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n" + b"x" * (2 * MOST_HEARD)

        assert await post(receiver, endless) == Answered(status=200)

    async def test_that_breaks_off_after_its_status_counts_all_the_same(self, receiver: Receiver):
        broken = b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nx"

        assert await post(receiver, broken) == Answered(status=200)


class TestNoAnswer:
    async def test_comes_from_who_is_silent_too_long(self, receiver: Receiver):
        never = asyncio.Event()

        answer = await post(receiver, never.wait, timeout=0.2)
        assert answer == NotReached(trouble=Trouble.TIMED_OUT)

    @pytest.mark.parametrize("wire", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 two hundred\r\n\r\n"])
    async def test_comes_from_who_speaks_no_http(self, receiver: Receiver, wire: bytes):
        assert await post(receiver, wire) == NotReached(trouble=Trouble.NO_HTTP)

    async def test_comes_where_nobody_listens(self):
        async with receiving() as gone:
            url = gone.url

        answer = await client().post(url, {}, b"")
        assert answer == NotReached(trouble=Trouble.NO_CONNECTION)

    async def test_comes_from_a_name_that_stands_for_nothing(self):
        answer = await client().post("http://nowhere.invalid/", {}, b"")

        assert answer == NotReached(trouble=Trouble.NO_ADDRESS)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a server proves with that it is `localhost`; our side is told to trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    private = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, private[1], private[0])
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return context


class TestAName:
    async def test_is_proved_by_a_certificate_though_an_address_is_called(
        self, certificate: ssl.SSLContext
    ):
        async with receiving(certificate) as receiver:
            url = receiver.url.replace("127.0.0.1", "localhost")
            assert await client().post(url, {}, b"") == Answered(status=204)

    async def test_that_the_certificate_does_not_have_is_not_sent_anything(
        self, certificate: ssl.SSLContext
    ):
        async with receiving(certificate) as receiver:
            answer = await client().post(receiver.url, {}, b"")
        assert answer == NotReached(trouble=Trouble.NOT_SECURE)
        assert receiver.got == []

    async def test_that_nobody_known_vouches_for_is_not_sent_anything(
        self, certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.delenv("SSL_CERT_FILE")
        async with receiving(certificate) as receiver:
            url = receiver.url.replace("127.0.0.1", "localhost")
            assert await client().post(url, {}, b"") == NotReached(trouble=Trouble.NOT_SECURE)


class TestOurOwnNetwork:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433"])
    async def test_is_never_called_in_production_by_whatever_name(
        self, receiver: Receiver, host: str
    ):
        url = receiver.url.replace("127.0.0.1", host)

        answer = await client(public_only=True).post(url, {}, b"")
        assert answer == NotReached(trouble=Trouble.NOT_PUBLIC)
        assert receiver.got == []


class TestWhatIsPosted:
    async def test_goes_to_the_address_that_was_judged_under_the_name_that_was_asked(
        self, receiver: Receiver
    ):
        named = receiver.url.replace("127.0.0.1", "localhost")

        await client().post(named, {"webhook-id": "msg_1", "content-type": "text/x"}, b'{"a":1}')
        (got,) = receiver.got
        assert got.headers["host"] == named.split("/")[2]
        assert (got.path, got.body) == ("/hooks?of=ekr", b'{"a":1}')
        assert (got.headers["webhook-id"], got.headers["content-type"]) == ("msg_1", "text/x")
