"""Versions of the policy: published once, never changed, and in force for the orders after them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest

from returns_engine.documents.policy_file import policy_text
from returns_engine.queries.audit import verify_chains
from returns_engine.queries.published_policies import PublishedPolicies, published_versions
from returns_engine.rules.policy import Policy
from returns_engine.rules.policy_toml import read_policy
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.publish_policy import NOTICE, PolicyText, publish_policy
from returns_engine.workflow.refusals import Conflict, Unprocessable
from returns_engine.workflow.replay_policy import replay_policy
from returns_engine.workflow.request_return import Declined, Opened, request_return
from tests.workflow.orders import NOW, a_payment, a_request, an_order, asked
from tests.workflow.shop import DANA, POLICY, ask, put_order, rows, the_return

TEXT = policy_text(None)
FIRST = PolicyText(policy=POLICY, text=TEXT)
LATE = NOW + timedelta(days=10)
"""Day 39 of 30."""


def a_version(number: int, **days: int) -> PolicyText:
    """The policy with another number, and so many days to ask for a return."""
    text = TEXT.replace("version = 1\n", f"version = {number}\n", 1)
    text = text.replace("days = 30 ", f"days = {days.get('days', 30)} ", 1)
    return PolicyText(policy=read_policy(text, "draft.toml"), text=text)


async def publish(
    new: PolicyText, *, since: datetime | None = None, now: datetime = NOW, **more: Any
) -> datetime:
    about: dict[str, Any] = {"replay": {"flipped": 0}, "note": None, "by": None} | more
    return await publish_policy(new, before=FIRST, in_force_from=since, now=now, **about)


async def in_force(moment: datetime) -> Policy:
    policies = PublishedPolicies(POLICY)
    await policies.look_again()
    return policies.at(moment)


@pytest.mark.usefixtures("database")
class TestAVersion:
    async def test_of_the_file_is_in_force_until_one_is_published(self):
        assert (await in_force(NOW)) is POLICY

    async def test_is_in_force_from_its_moment_on(self):
        since = await publish(a_version(2, days=45))

        assert since == NOW + NOTICE
        assert (await in_force(since - timedelta(seconds=1))).return_window_days == 30
        assert (await in_force(since)).return_window_days == 45

    async def test_that_is_replaced_before_it_begins_never_is_in_force(self):
        begins = NOW + timedelta(days=30)
        await publish(a_version(2, days=45), since=begins)
        await publish(a_version(3, days=60), since=begins)

        assert (await in_force(begins - timedelta(seconds=1))).version == 1
        assert (await in_force(begins)).version == 3

    async def test_is_kept_word_for_word_with_who_and_why_and_its_replay(self):
        person = (await the_engine().fetch_row(_HIRED))["id"]
        await publish(a_version(2), by=person, note="Holidays", replay={"flipped": 3})

        second, first = await published_versions()
        assert (first["version"], first["in_force_from"], first["replay"]) == (1, None, {})
        assert (second["note"], second["published_by"]) == ("Holidays", "mara@ekr.example")
        assert second["replay"] == {"flipped": 3}
        texts = await rows("SELECT text FROM policies ORDER BY version")
        assert [row["text"] for row in texts] == [TEXT, a_version(2).text]

    async def test_stands_in_the_record_with_the_digest_of_its_text(self):
        await publish(a_version(2))

        events = await rows("SELECT data FROM events WHERE type = 'policy.published' ORDER BY id")
        assert len(events) == 2
        assert a_version(2).sha256 in events[1]["data"]
        assert (await verify_chains(None, key=None)).ok

    @pytest.mark.parametrize("number", [1, 2])
    async def test_that_is_not_newer_is_refused(self, number: int):
        await publish(a_version(2))
        with pytest.raises(Conflict, match="Version 2 is published already"):
            await publish(a_version(number, days=45))

        assert len(await published_versions()) == 2

    async def test_of_another_policy_is_refused(self):
        other = replace(a_version(2).policy, policy_id="other")
        with pytest.raises(Unprocessable, match="keeps its `id`"):
            await publish(PolicyText(policy=other, text=TEXT))

        assert await published_versions() == []

    async def test_never_begins_in_the_past_nor_before_the_one_it_replaces(self):
        with pytest.raises(Unprocessable, match="at the earliest"):
            await publish(a_version(2), since=NOW)
        await publish(a_version(2), since=NOW + timedelta(days=30))
        with pytest.raises(Unprocessable, match="2026-04-29T12:00:00Z at the earliest"):
            await publish(a_version(3))

    @pytest.mark.parametrize(
        "change", ["UPDATE policies SET text = ''", "DELETE FROM policies", "TRUNCATE policies"]
    )
    async def test_that_was_published_is_never_changed(self, change: str):
        await publish(a_version(2))
        with pytest.raises(asyncpg.CheckViolationError, match="append only"):
            await the_engine().fetch_rows(change)


_HIRED = """
INSERT INTO piccolo_user (username, password, email, active, admin, superuser)
VALUES ('mara@ekr.example', 'x', 'mara@ekr.example', true, true, false) RETURNING id
"""


def _placed(moment: datetime) -> dict[str, Any]:
    return an_order(placed_at=f"{moment:%Y-%m-%dT%H:%M:%SZ}", payments=[a_payment("P2")])


async def ask_late(order_number: str, policy: Policy) -> Opened | Declined:
    request = a_request(order_number=order_number)
    return await request_return(
        request, actor=replace(DANA, order=order_number), policy=policy, now=LATE
    )


@pytest.mark.usefixtures("database")
class TestARequest:
    async def test_is_decided_by_the_version_its_order_was_placed_under(self):
        """B-2."""
        since = await publish(a_version(2, days=45), now=NOW - timedelta(days=37, hours=20))
        await put_order("EKR-1001")
        await put_order("EKR-1002", _placed(since))
        policy = await in_force(LATE)

        old, new = [await ask_late(number, policy) for number in ("EKR-1001", "EKR-1002")]
        assert isinstance(old, Declined)
        assert old.code == "return_window_closed"
        assert isinstance(new, Opened)
        kept = await rows("SELECT policy_version FROM decisions ORDER BY policy_version")
        assert [row["policy_version"] for row in kept] == [1, 2]

    async def test_pays_the_fees_of_that_version(self):
        text = a_version(2).text.replace("restocking_bps = 0", "restocking_bps = 1000", 1)
        second = read_policy(text, "draft.toml")
        await publish(PolicyText(policy=second, text=text))
        await put_order()

        opened = await request_return(
            a_request(), actor=DANA, policy=await in_force(LATE), now=NOW + timedelta(days=1)
        )
        assert isinstance(opened, Opened)
        assert (await the_return(opened.number))["restocking_bps"] == 0


@pytest.mark.usefixtures("database")
class TestAReplay:
    async def test_of_the_policy_in_force_flips_nothing(self):
        await put_order()
        await ask(asked(quantity=1))
        await ask(asked(reason="defective"))
        await ask(now=LATE)

        report = await replay_policy(POLICY, known=[POLICY], since=NOW)
        assert (report.decisions, report.flips, report.not_reproduced) == (3, 0, 0)

    async def test_names_what_would_have_been_decided_otherwise_and_the_money(self):
        await put_order()
        opened = await ask(asked(quantity=1))
        assert isinstance(opened, Opened)
        refused = await ask(now=LATE)
        assert isinstance(refused, Declined)

        report = (
            await replay_policy(a_version(2, days=45).policy, known=[POLICY], since=NOW)
        ).facts()
        assert (report["decisions"], report["flipped"]) == (2, 1)
        assert report["money"] == [{"currency": "USD", "difference": 13535}]
        assert report["from_to"] == [{"from": "ineligible", "to": "eligible", "decisions": 1}]
        assert report["by_clause"] == [{"clause": "return.window", "lines": 1}]
        assert report["by_reason"] == [{"reason": "changed_mind", "lines": 1}]
        assert report["by_product"] == [{"sku": "EKR-L1", "lines": 1}]
        (flip,) = report["flips"]
        assert (flip["decision_id"], flip["return_number"]) == (str(refused.decision_id), None)
        assert flip["lines"][0]["because"].startswith("Delivered 1 March 2026")

    async def test_names_the_return_that_came_of_a_decision(self):
        await put_order()
        opened = await ask()
        assert isinstance(opened, Opened)

        report = await replay_policy(a_version(2, days=10).policy, known=[POLICY], since=NOW)
        assert report.facts()["flips"][0]["return_number"] == opened.number

    async def test_begins_where_it_is_told(self):
        await put_order()
        await ask()

        assert (await replay_policy(POLICY, known=[POLICY], since=LATE)).decisions == 0

    async def test_leaves_out_and_counts_what_an_unknown_version_decided(self):
        await put_order()
        await ask(now=LATE)

        report = await replay_policy(
            a_version(3, days=45).policy, known=[a_version(2).policy], since=NOW
        )
        assert (report.decisions, report.unknown_version, report.flips) == (1, 1, 0)

    async def test_tells_what_today_would_be_decided_otherwise_without_any_draft(self):
        await put_order()
        await ask(now=LATE)

        changed_since = a_version(1, days=45).policy
        report = await replay_policy(changed_since, known=[changed_since], since=NOW)
        assert (report.not_reproduced, report.flips) == (1, 0)

    async def test_counts_all_and_lists_the_newest(self, monkeypatch: pytest.MonkeyPatch):
        await put_order()
        for days in range(5):
            await ask(now=LATE + timedelta(days=days))
        monkeypatch.setattr("returns_engine.workflow.replay_policy.MOST_LISTED", 2)

        draft = a_version(2, days=90).policy
        report = (await replay_policy(draft, known=[POLICY], since=NOW)).facts()
        assert report["flipped"] == 5
        days = [flip["as_of"][:10] for flip in report["flips"]]
        assert days == ["2026-04-13", "2026-04-12"]

    async def test_leaves_out_what_it_cannot_read(self):
        await put_order()
        await ask(now=LATE)
        await the_engine().fetch_rows(
            'INSERT INTO decisions (id, "order", as_of, policy_id, policy_version, verdict,'
            ' request, facts, answer) SELECT gen_random_uuid(), "order", as_of, policy_id,'
            " policy_version, verdict, request, '{\"order\": {}}', answer FROM decisions"
        )

        draft = a_version(2, days=90).policy
        report = await replay_policy(draft, known=[POLICY], since=NOW)
        assert (report.decisions, report.unreadable, report.flips) == (2, 1, 1)
