"""Is a request one that can be judged at all: known lines, whole units, a reason for each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from returns_engine.rules.facts import LineRequest, OrderFacts, ReturnRequest
from returns_engine.rules.words import (
    DELIVERY_PROBLEMS,
    ONLY_CANCELLATIONS,
    Reason,
    ReturnKind,
)

_ONLY_DELIVERY_PROBLEMS = frozenset({Reason.NOT_RECEIVED, Reason.UNDELIVERABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestError:
    """What is wrong with a request; `pointer` is a JSON pointer into it."""

    pointer: str
    code: str
    detail: str


class RequestNotJudged(ValueError):  # noqa: N818 - named for what could not happen
    """The request does not fit the order it is about."""

    def __init__(self, errors: Sequence[RequestError]) -> None:
        super().__init__("; ".join(f"{error.pointer}: {error.detail}" for error in errors))
        self.errors = tuple(errors)


def check_request(order: OrderFacts, request: ReturnRequest) -> list[RequestError]:
    """Return what keeps `request` from being judged against `order`; nothing, when all is well.

    Codes: order_number_differs, no_lines, unknown_line, quantity_below_1, reason_missing,
    reason_not_allowed, cause_missing, cause_not_allowed.
    """
    errors: list[RequestError] = []
    if request.order_number != order.order_number:
        detail = "The request names another order than the one it is judged against."
        errors.append(_error("/order_number", "order_number_differs", detail))
    if not request.lines:
        errors.append(_error("/lines", "no_lines", "At least one line must be named."))
    known = {line.line_id for line in order.lines}
    for index, line in enumerate(request.lines):
        errors.extend(_line_errors(f"/lines/{index}", line, request.kind, known))
    return errors


def _line_errors(
    at: str, line: LineRequest, kind: ReturnKind, known: set[str]
) -> Iterator[RequestError]:
    if line.line_id not in known:
        yield _error(f"{at}/line_id", "unknown_line", "The order has no line of this id.")
    if line.quantity < 1:
        detail = "The quantity must be 1 or more."
        yield _error(f"{at}/quantity", "quantity_below_1", detail)
    if kind is ReturnKind.WARRANTY:
        yield from _warranty_errors(at, line)
    else:
        yield from _reason_errors(at, line, kind)


def _warranty_errors(at: str, line: LineRequest) -> Iterator[RequestError]:
    if line.cause is None:
        yield _error(f"{at}/cause", "cause_missing", "A warranty claim needs a cause.")
    if line.reason is not None:
        detail = "A warranty claim has a cause instead of a reason."
        yield _error(f"{at}/reason", "reason_not_allowed", detail)


def _reason_errors(at: str, line: LineRequest, kind: ReturnKind) -> Iterator[RequestError]:
    if line.cause is not None:
        detail = "Only a warranty claim has a cause; give a reason."
        yield _error(f"{at}/cause", "cause_not_allowed", detail)
    if line.reason is None:
        yield _error(f"{at}/reason", "reason_missing", "A reason is needed.")
    elif kind is ReturnKind.DELIVERY_PROBLEM and line.reason not in DELIVERY_PROBLEMS:
        words = ", ".join(reason.value for reason in Reason if reason in DELIVERY_PROBLEMS)
        detail = f"A delivery problem has one of the reasons {words}."
        yield _error(f"{at}/reason", "reason_not_allowed", detail)
    elif kind is not ReturnKind.DELIVERY_PROBLEM and line.reason in _ONLY_DELIVERY_PROBLEMS:
        detail = "This reason is for the kind delivery_problem alone."
        yield _error(f"{at}/reason", "reason_not_allowed", detail)
    elif kind is not ReturnKind.CANCELLATION and line.reason in ONLY_CANCELLATIONS:
        detail = "This reason is for the kind cancellation alone."
        yield _error(f"{at}/reason", "reason_not_allowed", detail)


def _error(pointer: str, code: str, detail: str) -> RequestError:
    return RequestError(pointer=pointer, code=code, detail=detail)
