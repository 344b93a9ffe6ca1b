"""What must be true once all has come to rest; the provider's ledger is the oracle."""

from datetime import timedelta
from typing import Any

from returns_engine.documents.policy_file import load_policy
from returns_engine.gateways.payments.from_settings import payment_gateway
from returns_engine.queries.audit import verify_chains
from returns_engine.queries.compared_refunds import Period
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.reconcile import reconcile
from tests.faults.real.setting import Setting
from tests.faults.real.story import PRICE, Story

GONE = frozenset({"failed", "canceled"})
SHOWN = ("id", "status", "amount", "created", "metadata")
_OURS = """
SELECT r.id::text AS id, r.state, r.amount, r.provider_refund_id, r.provider_status
FROM refunds r JOIN payments p ON p.id = r.payment WHERE p.reference = $1
"""


async def check_story(setting: Setting, story: Story) -> None:
    """Check that what was approved is at the provider exactly once, and that our books say so."""
    there = [one for one in await story.at_the_bank(setting) if one["status"] not in GONE]
    rows = [dict(row) for row in await the_engine().fetch_rows(_OURS, story.reference)]
    told = "\n".join(
        [
            f"history {story.number}, {story.reference}, beside it: {story.script.beside}",
            *(f"script: {refund} {script}" for refund, script in story.refunds.items()),
            *(f"ours: {row}" for row in rows),
            *(f"theirs: { ({name: one[name] for name in SHOWN}) }" for one in there),
        ]
    )
    assert {row["id"] for row in rows} == set(story.refunds), told
    for row in rows:
        _check_refund(row, there, story, told)
    by_hand = [one for one in there if "refund_id" not in one["metadata"]]
    assert len(by_hand) == (story.script.beside == "dashboard"), told
    assert len(there) - len(by_hand) == len([r for r in rows if r["state"] == "succeeded"]), told


def _check_refund(
    row: dict[str, Any], there: list[dict[str, Any]], story: Story, told: str
) -> None:
    its = [one for one in there if one["metadata"].get("refund_id") == row["id"]]
    assert len(its) <= 1, f"paid {len(its)} times\n{told}"
    if not its:
        # What the bank took back by a dispute that it won stays unpaid, and is called failed.
        assert row["state"] == "failed", f"not paid, and called {row['state']}\n{told}"
        assert story.script.beside == "dispute lost", f"never paid\n{told}"
        return
    [refund] = its
    assert (row["state"], row["provider_status"]) == ("succeeded", "succeeded"), told
    assert refund["status"] == "succeeded", told
    assert refund["amount"] == row["amount"] == PRICE, told
    assert refund["id"] == row["provider_refund_id"], told


async def check_account(setting: Setting) -> None:
    """Check that the daily comparison of our books with the provider's account finds nothing."""
    now = setting.clock()
    period = Period(since=now - timedelta(days=30), before=now + timedelta(seconds=1))
    async with payment_gateway(setting.settings) as payments:
        run = await reconcile(
            period, payments=payments, policy=load_policy(None), clock=setting.clock
        )
    row = await the_engine().fetch_row(
        "SELECT state, differing, error FROM reconciliations WHERE id = $1", run
    )
    assert row is not None
    assert (row["state"], row["differing"]) == ("done", 0), await _differences(run)


async def _differences(run: int) -> list[dict[str, Any]]:
    rows = await the_engine().fetch_rows(
        "SELECT * FROM reconciliation_lines WHERE reconciliation = $1", run
    )
    return [dict(row) for row in rows]


async def check_record() -> None:
    """Check every chain of events, and that the books follow from them."""
    report = await verify_chains()
    assert not report.problems, report.problems
