"""What Prometheus is told, whom it is told to, and that what is said about it is true."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import yaml

from returns_engine.queries.operating_figures import NAMES, operating_figures
from returns_engine.rules.actor import SYSTEM
from returns_engine.settings import Settings
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.keep_webhooks import add_webhook
from tests.api.conftest import Api
from tests.api.journey import opened, proposed
from tests.api.site import site

__all__ = ["site"]

ROOT = Path(__file__).parents[2]
METRICS = "http://shop.test/metrics"
_NAME = re.compile(r"\breturns_engine_[a-z_]+")


async def exposed(api: Api) -> dict[str, float]:
    """Return each value that is told by its name and labels."""
    await api.client().get("http://shop.test/health/ready")
    text = (await api.client().get(METRICS)).text
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def hung_up(api: Api, path: str) -> int:
    """Post half of what was announced, hang up, and return the status that is counted for it."""
    heard = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]
    answered: list[int] = []
    headers = {"content-length": "1000", "content-type": "application/x-www-form-urlencoded"}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 40000),
        "server": ("shop.test", 80),
    }

    async def receive() -> Any:
        return heard.pop(0)

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    await api.app(cast("Any", scope), receive, send)
    (status,) = answered
    return status


class TestWhatIsTold:
    async def test_counts_methods_that_somebody_made_up_as_one(self, api: Api):
        for method in ("BREW", "BREW2", "x" * 100):
            await api.client().request(method, "http://shop.test/health/live")
        text = (await api.client().get(METRICS)).text

        assert 'method="other"' in text
        assert "BREW" not in text

    @pytest.mark.parametrize("path", ["/api/v1/order-lookups", "/api/v1/webhooks/stripe", "/find"])
    async def test_counts_a_caller_who_hangs_up_as_no_fault_of_ours(self, site: Api, path: str):
        assert await hung_up(site, path) == 400
        assert 'status="5' not in (await site.client().get(METRICS)).text

    async def test_counts_what_waits_and_how_long(self, api: Api):
        refund = await proposed(api)
        told = await exposed(api)

        assert refund
        assert told['returns_engine_refunds_waiting{state="proposed"}'] == 1
        assert told['returns_engine_refunds_oldest_seconds{state="proposed"}'] == 0
        assert told['returns_engine_jobs{status="todo"}'] > 0
        assert told['returns_engine_jobs{status="failed"}'] == 0
        assert told["returns_engine_jobs_oldest_seconds"] > 0
        assert told["returns_engine_workers"] == 0
        assert told["returns_engine_mails_waiting"] > 0
        assert told["returns_engine_database_up"] == 1

    async def test_counts_webhooks_that_did_not_arrive_and_receivers_that_are_off(self, api: Api):
        for name in ("erp", "desk", "old", "new"):
            await add_webhook(
                f"https://{name}.example.com/", secure=True, actor=SYSTEM, now=api.clock()
            )
        await opened(api)
        await the_engine().fetch_rows(
            "UPDATE webhook_endpoints SET state = 'disabled', disabled_at = $1, disabled_why ="
            " CASE url WHEN 'https://old.example.com/' THEN 'gone' ELSE 'by_hand' END"
            " WHERE url IN ('https://old.example.com/', 'https://new.example.com/')",
            api.clock(),
        )
        await the_engine().fetch_rows(
            "UPDATE webhook_endpoints SET failing_since = $1::timestamptz - CASE url"
            " WHEN 'https://erp.example.com/' THEN interval '61 minutes'"
            " ELSE interval '59 minutes' END WHERE state = 'enabled'",
            api.clock(),
        )
        await the_engine().fetch_rows(
            "UPDATE webhook_deliveries SET state = CASE e.disabled_why WHEN 'gone' THEN 'failed'"
            " ELSE 'held' END, next_try = NULL FROM webhook_endpoints e"
            " WHERE e.id = endpoint AND e.state = 'disabled'"
        )
        api.clock.now += timedelta(minutes=1)
        told = await exposed(api)

        out = "returns_engine_webhooks_out"
        events = told[f'{out}{{state="failed"}}']
        assert events > 0
        assert told[f'{out}{{state="held"}}'] == events
        assert told[f'{out}{{state="queued"}}'] == 2 * events
        assert told[f"{out}_oldest_seconds"] == 60
        off = "returns_engine_webhook_receivers_disabled"
        assert told[f'{off}{{why="gone"}}'] == told[f'{off}{{why="by_hand"}}'] == 1
        assert told[f'{off}{{why="failing"}}'] == 0
        assert told["returns_engine_webhook_receivers_failing"] == 1

    async def test_says_nothing_of_a_comparison_that_was_never_made(self, api: Api):
        await the_engine().fetch_rows(
            "INSERT INTO reconciliations (since, before, state, started_at) VALUES"
            " ($1, $1, 'unanswered', $1)",
            api.clock(),
        )
        assert "returns_engine_reconciliation_differing" not in await exposed(api)

        await the_engine().fetch_rows(
            "INSERT INTO reconciliations (since, before, state, started_at, finished_at, differing)"
            " VALUES ($1, $1, 'done', $1, $1::timestamptz - interval '1 hour', 2)",
            api.clock(),
        )
        told = await exposed(api)
        assert told["returns_engine_reconciliation_differing"] == 2
        assert told["returns_engine_reconciliation_age_seconds"] == 3600

    async def test_how_long_answers_took_stands_by_route(self, api: Api):
        told = await exposed(api)

        route = 'method="GET",route="/health/ready"'
        assert told[f"returns_engine_http_answer_seconds_count{{{route}}}"] >= 1
        assert told[f'returns_engine_http_answers_total{{{route},status="200"}}'] >= 1

    async def test_is_told_where_the_database_does_not_answer(self, api: Api):
        await the_engine().fetch_rows("ALTER TABLE reconciliations RENAME TO out_of_reach")
        told = await exposed(api)

        assert told["returns_engine_database_up"] == 0
        assert "returns_engine_workers" not in told
        assert any(name.startswith("returns_engine_http_answers") for name in told)


class TestWhomItIsToldTo:
    async def test_another_machine_finds_nothing(self, api: Api):
        async with elsewhere(api) as client:
            answer = await client.get(METRICS)

        assert answer.status_code == 404

    async def test_the_token_opens_it_from_anywhere_and_is_needed_here_too(
        self, api: Api, settings: Settings
    ):
        object.__setattr__(settings, "metrics_token", "t" * 40)
        async with elsewhere(api) as client:
            for given, status in (("t" * 40, 200), ("t" * 39, 401), ("é" * 40, 401), ("", 401)):
                headers = {"Authorization": f"Bearer {given}".encode()}
                answer = await client.get(METRICS, headers=headers)
                assert answer.status_code == status
        assert (await api.client().get(METRICS)).status_code == 401


class TestWhatIsSaidOfIt:
    def test_every_figure_is_described_for_operators(self):
        words = (ROOT / "docs" / "operate.md").read_text("utf-8")

        assert [name for name in NAMES if f"`returns_engine_{name}`" not in words] == []

    async def test_every_figure_is_read(self, api: Api):
        await proposed(api)
        read = {figure.name for figure in await operating_figures(now=api.clock())}

        assert read == {name for name in NAMES if not name.startswith("reconciliation")}

    async def test_alerts_and_words_name_nothing_else(self, api: Api):
        text = (await api.client().get(METRICS)).text
        declared = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
        of_histograms = {
            f"{name}_{part}" for name in declared for part in ("bucket", "sum", "count")
        }
        known = declared | of_histograms

        for file in (ROOT / "deploy" / "alerts.yaml", ROOT / "docs" / "operate.md"):
            assert set(_NAME.findall(file.read_text("utf-8"))) - known == set(), file.name

    def test_every_alert_says_what_to_do(self):
        rules = yaml.safe_load((ROOT / "deploy" / "alerts.yaml").read_text("utf-8"))
        alerts = [rule for group in rules["groups"] for rule in group["rules"]]

        assert len(alerts) > 5
        for alert in alerts:
            assert alert["expr"]
            assert alert["labels"]["severity"] in {"page", "ticket"}
            assert set(alert["annotations"]) == {"summary", "mend"}


def elsewhere(api: Api) -> httpx.AsyncClient:
    """Return a client on another machine."""
    transport = httpx.ASGITransport(api.app, client=("203.0.113.9", 40000))
    return httpx.AsyncClient(transport=transport)
