"""`returns-engine decide`: what the policy says of a request, without a database."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import rich_click as click

from returns_engine.cli.input_files import document_from, policy_from, policy_option
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.documents.errors import FieldError
from returns_engine.documents.order import Moment, OrderDocument
from returns_engine.documents.order_problems import moment_is_possible, order_problems
from returns_engine.documents.request import RequestDocument
from returns_engine.rules.decision_json import decision_json
from returns_engine.rules.eligibility.decide import decide
from returns_engine.rules.eligibility.request_check import RequestError, check_request
from returns_engine.rules.eligibility.resolutions import ResolutionNotOffered, chosen_resolutions
from returns_engine.rules.facts import OrderFacts, ReturnRequest

_NO_NUMBER = FieldError(
    pointer="/order_number", code="missing_field", detail="The order's number is missing."
)


@click.command("decide")
@click.option(
    "--order",
    "order_path",
    type=click.Path(path_type=Path),
    required=True,
    help="The order, a JSON file as for PUT /orders, with its order_number inside.",
)
@click.option(
    "--request",
    "request_path",
    type=click.Path(path_type=Path),
    required=True,
    help="The request, a JSON file as for POST /returns.",
)
@click.option(
    "--as-of",
    "as_of",
    required=True,
    metavar="TIME",
    help="The moment of the decision (RFC 3339), such as 2026-03-30T12:00:00Z.",
)
@policy_option
def command(order_path: Path, request_path: Path, as_of: str, policy_path: Path | None) -> None:
    """Say what the policy answers to a request, as JSON, and change nothing.

    Needs no database. The exit status is 0 whatever the verdict, 2 for input that cannot be read.

    Example: returns-engine decide --order order.json --request request.json
    --as-of 2026-03-30T12:00:00Z
    """
    moment = _moment(as_of)
    policy = policy_from(policy_path)
    order = _order(order_path)
    request = _request(request_path, order)
    decision = decide(order, request, policy, moment)
    try:
        chosen_resolutions(decision, request)
    except ResolutionNotOffered as refused:
        raise WrongInput([f"{request_path}: /resolution: {refused}"]) from None
    answer = decision_json(decision)
    text = json.dumps(answer, ensure_ascii=False, indent=2) + "\n"
    # In bytes, so that a terminal's encoding cannot change what a program reads.
    sys.stdout.buffer.write(text.encode())


def _moment(text: str) -> datetime:
    expected = "expected a time with its zone, such as 2026-03-30T12:00:00Z"
    try:
        moment = msgspec.convert(text, Moment)
    except msgspec.ValidationError:
        raise WrongInput([f"--as-of: {expected}, found {text!r}"]) from None
    if not moment_is_possible(moment):
        raise WrongInput([f"--as-of: {expected}, between the years 1970 and 8999"])
    return moment


def _order(path: Path) -> OrderFacts:
    order = document_from(path, OrderDocument)
    problems = order_problems(order)
    if order.order_number is None:
        problems = [_NO_NUMBER, *problems]
    if order.order_number is None or problems:
        raise _at_fault(path, problems)
    return order.facts(order.order_number)


def _request(path: Path, order: OrderFacts) -> ReturnRequest:
    request = document_from(path, RequestDocument).facts()
    if errors := check_request(order, request):
        raise _at_fault(path, errors)
    return request


def _at_fault(path: Path, faults: Sequence[FieldError | RequestError]) -> WrongInput:
    return WrongInput([f"{path}: {fault.pointer}: {fault.detail}" for fault in faults])
