"""How the web processes read HTTP: as uvicorn does, but what it cannot read is a problem too."""

from http import HTTPStatus
from uuid import uuid4

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from returns_engine.web.header_limits import LARGEST_HEADERS
from returns_engine.web.pages import ON_EVERYTHING
from returns_engine.web.problems import FRAMEWORK_WORDS, PROBLEM_JSON, problem_content

# The application refuses less than that, in the caller's language and with a page for a person.
_MOST_UNREAD = 16 * LARGEST_HEADERS


class ProblemProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # the reader that is installed, as uvicorn chooses
    """Answers a request that is no HTTP with problem+json (RFC 9457), and hangs up."""

    _unread = 0
    """Bytes that came since the application was last given anything; they are kept in memory."""

    def data_received(self, data: bytes) -> None:
        """Read on; hang up on headers, or what else stands around a body, that never end."""
        self._unread += len(data)
        super().data_received(data)
        if self._unread > _MOST_UNREAD and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_headers_complete(self) -> None:
        """Hand the headers to the application."""
        self._unread = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Hand a piece of the body to the application."""
        self._unread = 0
        super().on_body(body)

    def handle_events(self) -> None:
        """Go on as h11 does, which reads where httptools is missing, and has a limit of its own."""
        self._unread = 0
        super().handle_events()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words are for its log
        """Refuse what is no HTTP."""
        self._refuse(HTTPStatus.BAD_REQUEST)

    def _refuse(self, status: HTTPStatus) -> None:
        """Write the answer; no application ever heard of the request, so nothing else adds to it.

        It may be half read, so no name, no trace id and no language of the caller's is known.
        """
        code, detail = FRAMEWORK_WORDS[status]
        content = problem_content(status=status, code=code, detail=detail, trace_id=uuid4().hex)
        headers = (
            *self.server_state.default_headers,
            *ON_EVERYTHING,
            (b"content-type", PROBLEM_JSON.encode()),
            (b"content-length", str(len(content)).encode()),
            (b"connection", b"close"),
        )
        first = f"HTTP/1.1 {status} {status.phrase}".encode()
        lines = [first, *(b": ".join(one) for one in headers), b"", content]
        self.transport.write(b"\r\n".join(lines))
        self.transport.close()
