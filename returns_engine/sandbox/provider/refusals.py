"""How the provider says no: status, type, code and parameter as Stripe's, the words our own."""

from typing import Any


class Refusal(Exception):  # noqa: N818 - named for what happened
    """A request that ends in an error answer.

    `kept` says whether the idempotency layer stores it: yes once the work began, no for
    parameters that do not pass and for answers given before the request is looked at.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        kept: bool = True,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.kind = status, message, kind
        self.code, self.param, self.kept = code, param, kept
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """Return the error object; fields without a value are left out, as Stripe does."""
        named = {"code": self.code, "param": self.param}
        filled = {name: value for name, value in named.items() if value is not None}
        return {"error": {"type": self.kind, "message": self.message, **filled}}


def bad_parameter(message: str, param: str, code: str | None = None) -> Refusal:
    """Refuse a parameter before anything was done, so that its key stays free."""
    return Refusal(400, message, code=code, param=param, kept=False)


def not_allowed(message: str, *, code: str | None = None, param: str | None = None) -> Refusal:
    """Refuse what was understood: the answer is stored under the request's key."""
    return Refusal(400, message, code=code, param=param)


def missing(kind: str, resource_id: str, param: str) -> Refusal:
    """Say that there is no such thing."""
    return Refusal(
        404, f"There is no {kind} {resource_id!r}.", code="resource_missing", param=param
    )


def failed(
    message: str = "Something went wrong inside the provider.", status: int = 500
) -> Refusal:
    """Break down, as a server does; a 500 is stored like any other answer."""
    return Refusal(status, message, kind="api_error")
