"""`returns-engine reconcile`: its exit status is its word."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from returns_engine.sandbox.server import Sandbox, running_sandbox
from tests.conftest import run_sql


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def reconcile(database_url: str, sandbox: Sandbox, tmp_path: Path):
    """Run the command against a database and an account that are empty."""

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        kept = {name: text for name, text in os.environ.items() if "RETURNS_ENGINE" not in name}
        environ = {
            "RETURNS_ENGINE_MODE": "test",
            "RETURNS_ENGINE_DATABASE_URL": database_url,
            "RETURNS_ENGINE_DATA_DIR": str(tmp_path),
            "RETURNS_ENGINE_SECRET_KEY": "s" * 40,
            "RETURNS_ENGINE_STRIPE_KEY": sandbox.api_key,
            "RETURNS_ENGINE_STRIPE_ADDRESS": sandbox.address,
        }
        return subprocess.run(
            [sys.executable, "-m", "returns_engine.cli.main", "reconcile", *words],
            env=kept | environ | more,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def pay_and_refund(sandbox: Sandbox, reference: str, amount: int) -> str:
    with httpx.Client(base_url=sandbox.address, auth=(sandbox.api_key, "")) as bank:
        payment = {"reference": reference, "amount": amount, "currency": "USD"}
        bank.post("/_test/payments", json=payment).raise_for_status()
        made = bank.post("/v1/refunds", data={"payment_intent": reference})
        made.raise_for_status()
    refund_id: str = made.json()["id"]
    return refund_id


class TestReconcile:
    def test_is_0_where_nothing_differs_and_names_what_is_anothers(self, reconcile, sandbox):
        refund = pay_and_refund(sandbox, "pi_other", 900)

        answer = reconcile("--json")

        assert answer.returncode == 0, answer.stderr
        said = json.loads(answer.stdout)
        assert (said["agrees"], said["refunds"], said["differing"]) == (True, 1, 0)
        assert said["totals"] == [
            {
                "currency": "USD",
                "at_provider": 0,
                "in_books": 0,
                "another_system": 900,
                "difference": 0,
            }
        ]
        (line,) = said["lines"]
        assert (line["kind"], line["provider_refund_id"]) == ("another_system", refund)
        in_words = reconcile().stdout
        assert "Another system's: 9.00 USD." in in_words
        assert "Nothing differs." in in_words

    def test_is_1_where_the_lines_are_alike_and_a_sum_is_not(
        self, reconcile, sandbox, database_url
    ):
        pay_and_refund(sandbox, "pi_other", 900)
        run_sql(
            database_url,
            "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.totals ="
            " jsonb_set(NEW.totals, '{0,in_books}', '5'); RETURN NEW; END $$",
        )
        run_sql(
            database_url,
            "CREATE TRIGGER spoils BEFORE UPDATE ON reconciliations FOR EACH ROW"
            " WHEN (NEW.state = 'done') EXECUTE FUNCTION spoil()",
        )

        answer = reconcile()

        assert answer.returncode == 1
        assert "difference -0.05 USD." in answer.stdout
        assert "No line differs, but a sum does." in answer.stdout
        assert "Nothing differs" not in answer.stdout
        assert "reconciliation_differs" in answer.stderr
        assert json.loads(reconcile("--json").stdout)["agrees"] is False

    @pytest.mark.parametrize("how", [(), ("--json",)])
    def test_is_1_and_says_so_where_the_database_goes_away(self, reconcile, database_url, how):
        # The row of the run is refused as the server refuses everything while it shuts down.
        run_sql(
            database_url,
            "CREATE FUNCTION go_away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$",
        )
        run_sql(
            database_url,
            "CREATE TRIGGER goes_away AFTER UPDATE ON reconciliations"
            " FOR EACH ROW EXECUTE FUNCTION go_away()",
        )

        answer = reconcile(*how)

        assert answer.returncode == 1
        assert "Traceback" not in answer.stderr
        assert ("broke off" in answer.stdout) or json.loads(answer.stdout)["state"] == "broken_off"

    def test_is_1_where_the_provider_is_away(self, reconcile):
        answer = reconcile(RETURNS_ENGINE_STRIPE_ADDRESS="http://127.0.0.1:1")

        assert answer.returncode == 1
        assert "The provider did not answer, and nothing was changed" in answer.stdout

    def test_logs_beside_what_programs_read(self, reconcile):
        answer = reconcile("--json", RETURNS_ENGINE_STRIPE_ADDRESS="http://127.0.0.1:1")

        assert json.loads(answer.stdout)["state"] == "unanswered"
        assert "reconciliation_unanswered" in answer.stderr

    @pytest.mark.parametrize(
        "days", [("--from", "yesterday"), ("--from", "2026-03-02", "--to", "2026-03-01")]
    )
    def test_is_2_for_days_that_cannot_be(self, reconcile, days):
        assert reconcile(*days).returncode == 2

    def test_is_2_without_a_key(self, reconcile):
        answer = reconcile(RETURNS_ENGINE_STRIPE_KEY="")

        assert answer.returncode == 2
        assert "RETURNS_ENGINE_STRIPE_KEY" in answer.stderr
