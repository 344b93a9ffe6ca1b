"""What the database refuses though the code said yes is a problem that programs can read."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from returns_engine.queries.rows import rows
from tests.api.conftest import Api
from tests.api.journey import proposed
from tests.conftest import run_sql

# Named to run before the guards: it acts between the code's look and the row that is written.
_MEANWHILE = """
CREATE FUNCTION meanwhile() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {does} RETURN NEW; END $$;
CREATE TRIGGER a_meanwhile BEFORE UPDATE OF state ON refunds
    FOR EACH ROW WHEN (NEW.state = 'approved') EXECUTE FUNCTION meanwhile();
"""
LOWERED = "UPDATE payments SET captured = 1;"
NOT_OURS = "PERFORM set_config('app.transition', '0', true);"
INSPECTED = "NEW.inspectors := to_jsonb(ARRAY[NEW.decided_by]);"
ABOVE_LIMIT = "NEW.approval_limit := 1;"
OUT_OF_BOUNDS = "NEW.fees := -1;"
NO_LIMIT = "NEW.approval_limit := NULL;"


def meanwhile(api: Api, does: str) -> None:
    """Let somebody with SQL do something while a refund is being approved."""
    run_sql(api.database_url, _MEANWHILE.format(does=does))


async def approve(api: Api, refund: dict[str, Any], **headers: str) -> Any:
    path = f"/refunds/{refund['id']}/approve"
    return await api.by("finance").post(path, json={"amount": refund["proposed"]}, headers=headers)


class TestAGuardOfTheDatabase:
    @pytest.mark.parametrize(
        ("does", "status", "code"),
        [
            (LOWERED, 409, "exceeds_refundable"),
            (NOT_OURS, 409, "guarded"),
            (INSPECTED, 403, "same_person"),
            (ABOVE_LIMIT, 403, "above_your_limit"),
        ],
    )
    async def test_answers_as_a_problem_without_a_word_of_sql(
        self, api: Api, does: str, status: int, code: str
    ):
        refund = await proposed(api)
        meanwhile(api, does)
        with capture_logs() as said:
            answer = await approve(api, refund)

        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"
        for inside in ("refunds", "payments", "constraint", "violat", "SELECT", "trigger"):
            assert inside not in problem["detail"]
        assert "refused_by_database" in [line["event"] for line in said]
        (kept,) = await rows("SELECT state, amount FROM refunds")
        assert kept == {"state": "proposed", "amount": None}
        assert await rows("SELECT FROM events WHERE type = 'refund.approved'") == []

    async def test_is_kept_as_the_answer_to_its_key(self, api: Api):
        refund = await proposed(api)
        meanwhile(api, LOWERED)
        first = await approve(api, refund, **{"Idempotency-Key": "once"})
        run_sql(api.database_url, "DROP TRIGGER a_meanwhile ON refunds")
        again = await approve(api, refund, **{"Idempotency-Key": "once"})

        assert (first.status_code, again.status_code) == (409, 409)
        assert again.headers["idempotent-replayed"] == "true"
        assert (await approve(api, refund)).json()["state"] == "approved"

    @pytest.mark.parametrize("does", [OUT_OF_BOUNDS, NO_LIMIT])
    async def test_is_told_from_a_mistake_of_ours(self, api: Api, does: str):
        refund = await proposed(api)
        meanwhile(api, does)

        answer = await approve(api, refund)

        assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")


class TestABatch:
    async def test_says_of_the_one_that_was_refused_that_it_changed(self, api: Api):
        refund = await proposed(api)
        meanwhile(api, LOWERED)
        chosen = {"refunds": [{"id": refund["id"], "amount": refund["proposed"]}]}
        answer = await api.by("finance").post("/refunds/approve-batch", json=chosen)

        (one,) = answer.json()["items"]
        assert (answer.status_code, one["outcome"]) == (200, "changed")
        assert one["code"] == "exceeds_refundable"

    async def test_is_refused_whole_where_it_happens_once_for_its_key(self, api: Api):
        refund = await proposed(api)
        meanwhile(api, LOWERED)
        chosen = {"refunds": [{"id": refund["id"], "amount": refund["proposed"]}]}
        headers = {"Idempotency-Key": "batch"}
        answer = await api.by("finance").post(
            "/refunds/approve-batch", json=chosen, headers=headers
        )

        assert (answer.status_code, answer.json()["code"]) == (409, "exceeds_refundable")
        assert [one["state"] for one in await rows("SELECT state FROM refunds")] == ["proposed"]
