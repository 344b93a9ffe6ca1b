import asyncpg
import pytest

from returns_engine.queries.audit import verify_chains
from returns_engine.queries.waiting import what_waits
from tests.api.conftest import Api
from tests.api.journey import in_review, proposed

TAMPERED = [
    ("UPDATE events SET data = '{}' WHERE sequence = 1 AND return_id IS NOT NULL", "edited"),
    ("UPDATE events SET at = at + interval '1 day' WHERE type = 'return.requested'", "edited"),
    ("DELETE FROM events WHERE sequence = 2 AND return_id IS NOT NULL", "gap"),
    ("UPDATE returns SET event_count = event_count - 1", "inserted"),
    ("UPDATE returns SET head_hash = repeat('0', 64)", "rewritten"),
    ("UPDATE returns SET state = 'closed'", "headline"),
    ("UPDATE event_texts SET value = 'nothing was said'", "text_edited"),
    ("DELETE FROM event_texts", "text_missing"),
    ("DELETE FROM chain_heads WHERE chain = 'staff'", "no_owner"),
]


async def as_somebody_with_sql(database_url: str, sql: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(sql)
    finally:
        await connection.close()


class TestTheAudit:
    async def test_finds_nothing_where_all_is_well(self, api: Api):
        await proposed(api)
        report = await verify_chains()

        assert report.problems == []
        assert report.returns == 1
        assert report.events > 5

    @pytest.mark.parametrize(("sql", "fault"), TAMPERED)
    async def test_finds_what_somebody_changed(self, api: Api, sql: str, fault: str):
        number = (await in_review(api))["number"]
        await api.by("support").post(f"/returns/{number}/messages", json={"message": "Hello."})
        await as_somebody_with_sql(api.database_url, sql)
        report = await verify_chains()

        assert not report.ok
        assert fault in {problem.fault for problem in report.problems}


class TestWhatWaits:
    async def test_is_counted_by_state_with_what_is_owed(self, api: Api):
        await proposed(api)
        waits = await what_waits()

        assert waits.returns["settling"].count == 1
        assert waits.returns["settling"].oldest_at == api.clock()
        assert waits.refunds["proposed"].count == 1
        assert waits.owed == {"USD": 13534}

    async def test_is_shown_to_prometheus_with_the_answers_given(self, api: Api):
        await proposed(api)
        answer = await api.client().get("http://shop.test/metrics")

        assert 'returns_engine_refunds_waiting{state="proposed"} 1.0' in answer.text
        assert 'route="/api/v1/returns/{number}/receipts",status="201"' in answer.text


class TestHealth:
    async def test_is_alive_and_ready(self, api: Api):
        for path in ("live", "ready"):
            answer = await api.client().get(f"http://shop.test/health/{path}")
            assert answer.status_code == 200

    async def test_describes_every_call(self, api: Api):
        description = (await api.client().get("http://shop.test/schema/openapi.json")).json()

        approve = description["paths"]["/api/v1/refunds/{refund_id}/approve"]["post"]
        body = approve["requestBody"]["content"]["application/json"]["schema"]
        assert body == {"$ref": "#/components/schemas/ApprovalBody"}
        assert "ApprovalBody" in description["components"]["schemas"]
        assert "application/problem+json" in approve["responses"]["409"]["content"]
