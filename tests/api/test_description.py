"""What /schema says is whole: every call, field, list of values, and problem."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
from litestar import Litestar

from returns_engine.documents.policy_file import load_policy
from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.queries.published_policies import PublishedPolicies
from returns_engine.settings import Settings
from returns_engine.web.api.description.answers import problem_codes_of
from returns_engine.web.api.description.document import declared_in
from returns_engine.web.api.description.enum_values import ENUM_VALUES
from returns_engine.web.api.description.problem_codes import (
    ALL_PROBLEMS,
    FIELDS,
    FINDINGS,
    PROBLEMS,
    REFUSALS,
)
from returns_engine.web.api.description.problem_page import problem_page
from returns_engine.web.app import create_app
from returns_engine.web.services import Services
from tests.api.conformance import closed, described
from tests.api.orders import NOW
from tests.api.reachable_codes import reachable_codes
from tests.written_matrix import rows

ROOT = Path(__file__).parents[2]
# Named by the policy, which explains them.
CHECKS = load_policy(None).condition_checks
# Turned into another refusal on the way, or kept out by what was checked before.
NEVER_COME_TO = {
    ("post", "/api/v1/refunds/{refund_id}/hold"): {"same_person"},
    ("post", "/api/v1/refunds/{refund_id}/back-to-bench"): {"same_person"},
    # A new case begins in a state that has the move.
    ("post", "/api/v1/orders/{order_number}/choices"): {"transition_not_allowed"},
    # The body's own shape says how long it may be.
    ("post", "/api/v1/compensations/{compensation_id}/give"): {"reference_missing", "too_long"},
    ("post", "/api/v1/replacements/{replacement_id}/ship"): {"reference_missing", "too_long"},
    ("post", "/api/v1/decisions"): {"too_many_photos"},
    # What was made in this very call is there.
    ("post", "/api/v1/parcels"): {"not_found"},
    ("put", "/api/v1/orders/{order_number}"): {"not_found"},
}
# Of a batch each refund has an answer of its own.
OF_ONE_IN_A_BATCH = {
    *("amount_changed", "amount_not_payable", "amount_too_small", "clause_required"),
    *("not_external", "not_found", "on_hold", "payment_disputed", "payment_overdrawn"),
    *("provider_not_asked", "reference_repeated"),
    *("second_approval_first", "shipped_meanwhile", "transition_not_allowed"),
    # The body's own shape says how many there may be.
    *("nothing_chosen", "too_many"),
}
NEVER_COME_TO["post", "/api/v1/refunds/approve-batch"] = OF_ONE_IN_A_BATCH
# Refusals of the command line and of forms, which are words on a screen and no problems.
NOT_OVER_HTTP = {"cli", "portal", "sandbox", "piccolo_migrations", "gateways"}
SAID_ELSEWHERE = {
    # Keys, staff and orders by the command line.
    *(
        "no_such_key",
        "not_storable",
        "no_name",
        "no_role",
        "no_such_staff",
        "not_an_email",
        "password_too_long",
    ),
    *("password_too_short", "scope_not_held", "staff_exists", "staff_required"),
    *("other_policy", "too_early", "version_not_newer"),
    # The staff's own pages, and jobs.
    *(
        "bad_url",
        "switched_off",
        "unknown_event_type",
        "already_seen_to",
        "changed_meanwhile",
        "job_not_dead",
        "job_waits_already",
        "no_warehouse",
        "nothing_to_ask",
    ),
    *("reconciliation_done", "reconciliation_running", "still_needed"),
    *("no_totp", "totp_enrolled"),
    *("already_linked", "contact_differs", "person_erased"),
    "nothing_to_undo",
}
REFUSALS_IN_CODE = {
    *("Conflict", "Unprocessable", "InvalidRequest", "NotAllowed", "NotConfigured"),
    *("UnsupportedMedia", "refuse_field", "FieldRefusal", "FieldError", "_error"),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    """The application without a database: what it says of itself needs none."""
    folder = tmp_path_factory.mktemp("described")
    environ = {
        "RETURNS_ENGINE_MODE": "test",
        "RETURNS_ENGINE_DATABASE_URL": "postgresql://nobody@127.0.0.1/nowhere",
        "RETURNS_ENGINE_DATA_DIR": str(folder),
        "RETURNS_ENGINE_SECRET_KEY": "s" * 40,
    }
    settings = Settings.from_environment(environ, None)
    services = Services(
        settings=settings,
        policies=PublishedPolicies(load_policy(None)),
        clock=lambda: NOW,
        photos=DirectoryPhotoStore(settings.photos),
        webhooks=None,
    )
    return create_app(services)


@pytest.fixture(scope="module")
def document(app: Litestar) -> dict[str, Any]:
    return described(app).document


def calls(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            yield f"{method} {path}", call


def within(part: Any) -> Iterator[dict[str, Any]]:
    """Give every object inside of a part of the document."""
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from within(value)
    elif isinstance(part, list):
        for value in part:
            yield from within(value)


class TestTheDescription:
    def test_holds_every_call_there_is(self, app: Litestar, document: dict[str, Any]):
        there = {
            (route.path_format, method.lower())
            for route in app.routes
            for handler in getattr(route, "route_handlers", ())
            for method in handler.http_methods
            if not route.path_format.startswith("/schema") and method != "OPTIONS"
        }

        assert there == {
            (path, method) for path, methods in document["paths"].items() for method in methods
        }

    def test_names_and_explains_each_call(self, document: dict[str, Any]):
        names = [call["operationId"] for _, call in calls(document)]

        assert len(set(names)) == len(names)
        for _, call in calls(document):
            assert call["summary"]
            assert call["description"]
            assert call["tags"][0] in {tag["name"] for tag in document["tags"]}
            assert all(one["description"] for one in call["parameters"])
            assert all(one["description"] for one in call["responses"].values())

    def test_says_who_may_call_what(self, document: dict[str, Any]):
        calls_by_name = {call["operationId"]: call for _, call in calls(document)}

        assert calls_by_name["return_approve"]["security"] == [
            {"api_key": ["returns:review"]},
            {"staff_session": [], "csrf_token": []},
        ]
        assert calls_by_name["return_appeal"]["security"] == [{"customer_token": []}]
        assert calls_by_name["create_order_lookup"]["security"] == []

    def test_lets_in_whom_the_matrix_lets_in(self, document: dict[str, Any]):
        for row in rows("The API"):
            ways = document["paths"][row.path][row.method.lower()]["security"]
            scopes = {scope for way in ways for scope in way.get("api_key", ())}

            assert scopes == (set() if row.open else row.scopes), row.call
            assert ({"customer_token": []} in ways) is (not row.open and row.for_customers), (
                row.call
            )

    def test_refers_to_nothing_that_is_not_there(self, document: dict[str, Any]):
        for part in within(document):
            if isinstance(reference := part.get("$ref"), str):
                found: Any = document
                for step in reference.removeprefix("#/").split("/"):
                    found = found[step]

    def test_leads_from_answers_to_calls_that_are_there(self, document: dict[str, Any]):
        names = {call["operationId"]: call for _, call in calls(document)}
        for part in within(document["paths"]):
            for link in part.get("links", {}).values():
                known = {one["name"] for one in names[link["operationId"]]["parameters"]}
                assert set(link["parameters"]) <= known

    def test_explains_every_value_of_every_list(self, document: dict[str, Any]):
        for part in within(document["components"]["schemas"]):
            if "enum" in part and part != {"enum": list(CHECKS)}:
                assert set(part["x-enumDescriptions"]) == set(part["enum"])
                assert all(f"`{value}`: " in part["description"] for value in part["enum"])

    def test_explains_no_value_that_is_not_there(self, document: dict[str, Any]):
        lists = {
            frozenset(part["enum"])
            for part in within(document["components"]["schemas"])
            if "enum" in part
        }

        assert {frozenset(says) for says in ENUM_VALUES.values()} <= lists

    def test_explains_every_problem_beside_its_call(self, document: dict[str, Any]):
        for _, call in calls(document):
            for status, answer in call["responses"].items():
                if int(status) >= 400:
                    schema = answer["content"]["application/problem+json"]["schema"]
                    for code in schema["properties"]["code"]["enum"]:
                        assert f"- `{code}`: {ALL_PROBLEMS[code].says}" in answer["description"]

    def test_speaks_of_no_requirement_by_its_number(self, document: dict[str, Any]):
        numbered = re.compile(r"\((?:[A-Z]-?)?\d+(?:, |\))")
        for part in within(document):
            if isinstance(says := part.get("description"), str):
                assert not numbered.search(says), says


class TestTheExamples:
    def test_are_there_for_every_body_and_answer(self, document: dict[str, Any]):
        bare = [
            f"{name} {kind}"
            for name, call in calls(document)
            for kind, part in [
                *call.get("requestBody", {}).get("content", {}).items(),
                *[
                    one
                    for answer in call["responses"].values()
                    for one in answer["content"].items()
                ],
            ]
            if kind.endswith("json") and "example" not in part
        ]

        # Whatever Stripe sends is Stripe's to describe.
        assert bare == ["post /api/v1/webhooks/stripe application/json"]

    def test_are_as_they_are_described(self, document: dict[str, Any]):
        components = {"components": closed(document["components"])}
        for name, schema in document["components"]["schemas"].items():
            for example in schema.get("examples", ()):
                known = {"$ref": f"#/components/schemas/{name}"} | components
                faults = jsonschema_rs.Draft202012Validator(known, validate_formats=True)
                assert [error.message for error in faults.iter_errors(example)] == [], name


class TestAnAnswer:
    def test_that_holds_more_or_less_than_is_described_is_noticed(self, app: Litestar):
        asked = httpx.Request("GET", "http://shop.test/health/live")
        for content, fault in (
            ({"status": "live"}, ""),
            ({"status": "live", "secret": 1}, "secret"),
            ({}, "status"),
        ):
            answer = httpx.Response(200, json=content, request=asked)
            assert fault in "".join(described(app).faults(answer))
            assert bool(fault) is bool(list(described(app).faults(answer)))


class TestEachCall:
    def test_declares_every_problem_that_its_code_can_come_to(self, app: Litestar):
        for path, method, handler, declaration in declared_in(app):
            said = set(problem_codes_of(declaration, method=method, path=path))
            found = reachable_codes(handler.fn) - NEVER_COME_TO.get((method, path), set())
            if not declaration.versioned:
                found -= {"stale_version"}
            if method == "get":
                # A cursor is read by a method of the same name as a body.
                found -= {"unsupported_media_type", "too_large"}

            assert found <= said, f"{method} {path}"

    def test_that_changes_with_a_version_declares_it(self, app: Litestar):
        for path, method, handler, declaration in declared_in(app):
            reads_version = "stale_version" in reachable_codes(handler.fn)

            assert reads_version or not declaration.versioned, f"{method} {path}"


class TestThePageOfProblems:
    def test_is_what_the_table_says(self):
        """Stale? Run `python -m returns_engine.web.api.description.problem_page`."""
        assert (ROOT / "docs" / "problems.md").read_text() == problem_page()

    def test_holds_every_code_that_is_raised_anywhere(self):
        known = {*ALL_PROBLEMS, *FIELDS, *SAID_ELSEWHERE}
        missing = {code: place for code, place in raised_codes() if code not in known}

        assert missing == {}

    def test_holds_every_code_of_a_rule_and_no_other(self):
        spoken = {
            str(node.value)
            for path in (ROOT / "returns_engine/rules/eligibility").glob("*.py")
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant)
        }

        assert {*REFUSALS, *FINDINGS} <= spoken

    def test_names_no_code_twice(self):
        tables = [PROBLEMS, REFUSALS, FINDINGS, FIELDS]

        assert len(set().union(*tables)) == sum(map(len, tables))


def raised_codes() -> Iterator[tuple[str, str]]:
    """Give every code that stands in a refusal, with the file that it stands in."""
    for path in sorted((ROOT / "returns_engine").rglob("*.py")):
        if NOT_OVER_HTTP.isdisjoint(path.parts):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSALS_IN_CODE:
                    yield from ((code, path.name) for code in codes_of(node))


def codes_of(call: ast.Call) -> Iterator[str]:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    at = 1 if getattr(call.func, "id", "") == "_error" else 0
    for argument in named or call.args[at : at + 1]:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value
