"""How the web processes read HTTP: as uvicorn does, but what it cannot read is a problem too."""

from uuid import uuid4

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from returns_engine.web.pages import ON_EVERYTHING
from returns_engine.web.problems import FRAMEWORK_WORDS, PROBLEM_JSON, problem_content

_STATUS = 400


class ProblemProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # the reader that is installed, as uvicorn chooses
    """Answers a request that is no HTTP with problem+json (RFC 9457), and hangs up."""

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words are for its log
        """Write the answer; no application ever heard of the request, so nothing else adds to it.

        It may be half read, so no name, no trace id and no language of the caller's is known.
        """
        code, detail = FRAMEWORK_WORDS[_STATUS]
        content = problem_content(status=_STATUS, code=code, detail=detail, trace_id=uuid4().hex)
        headers = (
            *self.server_state.default_headers,
            *ON_EVERYTHING,
            (b"content-type", PROBLEM_JSON.encode()),
            (b"content-length", str(len(content)).encode()),
            (b"connection", b"close"),
        )
        lines = [b"HTTP/1.1 400 Bad Request", *(b": ".join(one) for one in headers), b"", content]
        self.transport.write(b"\r\n".join(lines))
        self.transport.close()
