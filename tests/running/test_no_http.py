"""What is no HTTP is refused as everything else is: a problem, with the headers of each answer."""

import http.client
import json
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from returns_engine.web.pages import SECURITY_HEADERS
from tests.running.processes import Web, machine

NO_HTTP = {
    "no request line": b"what is this\r\n\r\n",
    "no version of HTTP": b"GET /health/live HTTP/9.9\r\nHost: shop\r\n\r\n",
    "a header without a name": b"GET /health/live HTTP/1.1\r\n: shop\r\n\r\n",
    "a NUL in a header": b"GET /health/live HTTP/1.1\r\nHost: sh\0p\r\n\r\n",
    "two lengths": b"POST /api/v1/returns HTTP/1.1\r\nHost: shop\r\nContent-Length: 1\r\n"
    b"Content-Length: 2\r\n\r\n",
    "an address longer than can be read": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
    "an encrypted greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


WEBSOCKET = (
    b"GET /api/v1/returns HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade, close\r\n"
    b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


def answered(web: Web, sent: bytes) -> tuple[http.client.HTTPResponse, dict[str, Any]]:
    """Return the answer to some bytes, and its problem; the connection is closed behind it."""
    host, port = web.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as called:
        called.sendall(sent)
        answer = http.client.HTTPResponse(called)
        answer.begin()
        problem = json.loads(answer.read())
        assert called.recv(1) == b""
    return answer, problem


def _taken_of(web: Web, start: bytes) -> int:
    """Return how many bytes of a head without an end are taken until the line is dead."""
    host, port = web.address.removeprefix("http://").split(":")
    taken = 0
    with socket.create_connection((host, int(port)), timeout=60) as called, suppress(OSError):
        called.sendall(start)
        while taken < 64 * 1024 * 1024:
            taken += called.send(b"a" * 65_536)
    return taken


class TestWhatIsNoHTTP:
    @pytest.mark.parametrize("processes", [1, 2])
    def test_is_answered_with_a_problem(self, processes: int, database_url: str, tmp_path: Path):
        with machine(database_url, tmp_path).serving(processes) as web:
            for what, sent in NO_HTTP.items():
                answer, problem = answered(web, sent)

                assert answer.status == 400, what
                assert answer.headers["content-type"] == "application/problem+json"
                assert (problem["status"], problem["code"]) == (400, "invalid_request")
                assert len(problem["trace_id"]) == 32
                for name, value in SECURITY_HEADERS.items():
                    assert answer.headers[name] == value

            assert web.status("/health/live") == 200

    def test_headers_that_never_end_are_hung_up_on(self, database_url: str, tmp_path: Path):
        begun = b"GET /health/live HTTP/1.1\r\nHost: shop\r\n"
        chunked = b"POST /x HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n"
        endless = {
            "one header": begun + b"X-Long: ",
            "the address": b"GET /",
            "what is said of a chunk": chunked + b"1;",
        }
        with machine(database_url, tmp_path).serving() as web:
            for what, start in endless.items():
                assert _taken_of(web, start) < 16 * 1024 * 1024, what
            assert web.status("/health/live") == 200

    def test_headers_that_are_too_large_are_refused_in_words(
        self, database_url: str, tmp_path: Path
    ):
        sent = b"GET /health/live HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nX-Long: "
        with machine(database_url, tmp_path).serving() as web:
            answer, problem = answered(web, sent + b"x" * 300_000 + b"\r\n\r\n")

            assert (answer.status, problem["code"]) == (431, "headers_too_large")

    def test_a_long_body_is_none_of_these(self, database_url: str, tmp_path: Path):
        with machine(database_url, tmp_path).serving() as web:
            answer = web.client.post("/health/live", content=b"x" * 3 * 1024 * 1024)

            assert answer.status_code == 405

    def test_nor_is_a_websocket_spoken(self, database_url: str, tmp_path: Path):
        with machine(database_url, tmp_path).serving() as web:
            answer, problem = answered(web, WEBSOCKET)

            assert (answer.status, problem["code"]) == (401, "not_signed_in")
