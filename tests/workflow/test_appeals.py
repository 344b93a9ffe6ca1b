"""Appeals: once, before another person, and what follows when they are right or not."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from returns_engine.documents.request import OverrideDocument
from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.queries.audit import verify_chains
from returns_engine.queries.return_view import read_return
from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.words import ActorKind, Disposition, RuleName
from returns_engine.tables.engine import transaction
from returns_engine.workflow.appeal_return import appeal_return
from returns_engine.workflow.close_outstanding import close_overdue
from returns_engine.workflow.give_consent import GivenUnits, give_consent
from returns_engine.workflow.inspected_units import InspectedUnits
from returns_engine.workflow.refund_file import load_refund
from returns_engine.workflow.refusals import SamePerson, StaleVersion, Unprocessable
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.request_return import Declined
from returns_engine.workflow.review_return import (
    approve_return,
    decline_return,
    request_info,
    withdraw_return,
)
from returns_engine.workflow.send_back import SentUnits, send_back
from returns_engine.workflow.send_to_bench import send_to_bench
from returns_engine.workflow.set_rules_aside import override_rules
from returns_engine.workflow.settle_refund import settle_refund
from tests.api.journey import print_label
from tests.workflow.orders import NOW, a_line, a_payment, an_order, asked
from tests.workflow.pictures import a_photo
from tests.workflow.shop import (
    BENCH,
    DANA,
    FINANCE,
    POLICY,
    SUPPORT,
    approve,
    ask,
    come_back,
    good,
    inspect,
    opened,
    put_order,
    receive,
    refunds_of,
    rows,
    the_return,
    value,
)

OTHER = Actor(kind=ActorKind.STAFF, id="44", person=44)
CLAUSE = "return.condition.unused"


@pytest.fixture
async def photo(database: str, tmp_path: Path) -> str:  # noqa: ARG001 - the engine
    return str(await a_photo(DirectoryPhotoStore(tmp_path), order=None))


def bad(photo: str, quantity: int = 1, **changes: Any) -> InspectedUnits:
    values = {
        "grade": "D",
        "verdict": "rejected",
        "disposition": "quarantine",
        "note": "There is dog hair on it.",
        "photo_ids": [photo],
    } | changes
    return good("L1", quantity, **values)


async def appeal(number: str, **changes: Any) -> None:
    values = {"message": "That hair is not ours.", "actor": DANA, "policy": POLICY} | changes
    await appeal_return(number, now=NOW, **values)


async def uphold(number: str, *, actor: Actor = SUPPORT) -> None:
    await approve_return(number, policy=POLICY, actor=actor, now=NOW)


async def dismiss(number: str, *, actor: Actor = SUPPORT) -> None:
    await decline_return(number, reason="It was used all the same.", actor=actor, now=NOW)


async def sent_home(number: str, quantity: int = 1) -> None:
    lines = [SentUnits(line_id="L1", quantity=quantity)]
    await send_back(
        number,
        lines=lines,
        carrier="ups",
        tracking_number="1Z999AA10123456784",
        actor=BENCH,
        now=NOW,
    )


async def consent(number: str, quantity: int = 1, to: Disposition = Disposition.SCRAP) -> None:
    lines = [GivenUnits(line_id="L1", quantity=quantity)]
    await give_consent(number, lines=lines, disposition=to, actor=DANA, now=NOW)


async def the_line(number: str) -> dict[str, Any]:
    case = await read_return(number)
    assert case is not None
    return case["lines"][0]


async def counts(number: str) -> dict[str, int]:
    line = await the_line(number)
    names = ("received", "accepted", "rejected", "sent_back", "disposed", "refunded")
    return {name: line[name] for name in names if line[name]}


async def letters(number: str) -> list[str]:
    found = await rows(
        "SELECT m.template FROM messages m JOIN returns r ON r.id = m.return_id"
        " WHERE r.number = $1",
        number,
    )
    return [row["template"] for row in found]


async def label_jobs() -> Any:
    return await value("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'issue_label'")


async def rejected(photo: str, quantity: int = 1, of: int = 1) -> str:
    """A return of which the bench rejected a part."""
    await put_order()
    number = await opened(asked(quantity=of))
    await receive(number, {"L1": of})
    verdicts = [bad(photo, quantity)]
    if of > quantity:
        verdicts.append(good(quantity=of - quantity))
    await inspect(number, *verdicts)
    return number


async def declined() -> str:
    await put_order()
    number = await opened(asked(reason="defective"))
    await decline_return(number, reason="It was cut.", actor=SUPPORT, now=NOW)
    return number


async def lowered(amount: int = 10000) -> str:
    """A return whose refund of 13534 was approved at less."""
    await put_order()
    number = await opened()
    refund = (await come_back(number, {"L1": 1}))[0]
    await approve(refund["id"], amount, note="A seam is open.", clause=CLAUSE)
    return number


async def succeeds(refund: dict[str, Any]) -> None:
    async with transaction():
        held = await load_refund(refund["id"])
        values = {"provider_refund_id": f"re_{refund['id']}"}
        await settle_refund(held, RefundState.SUCCEEDED, values, policy=POLICY, now=NOW)


@pytest.mark.usefixtures("database")
class TestAnAppeal:
    async def test_after_a_refusal_is_heard_by_another_person(self):
        number = await declined()
        await appeal(number)

        case = await read_return(number)
        assert case is not None
        assert case["state"] == "in_review"
        assert case["appeal"] == {
            "against": ["declined"],
            "made_at": "2026-03-30T12:00:00Z",
            "outcome": None,
            "decided_at": None,
        }
        assert case["next_step"]["key"] == "next_step.appeal_heard"
        photos = OverrideDocument(line_id="L1", rule=RuleName.PHOTOS, reason="x")
        for decide in (uphold, dismiss):
            with pytest.raises(SamePerson):
                await decide(number, actor=SUPPORT)
        with pytest.raises(SamePerson):
            await request_info(number, message="Which seam?", actor=SUPPORT, now=NOW)
        with pytest.raises(SamePerson):
            await override_rules(number, overrides=[photos], actor=SUPPORT, now=NOW)
        assert (await the_return(number))["state"] == "in_review"

    async def test_opens_the_way_where_it_is_right(self):
        number = await declined()
        await appeal(number)
        await uphold(number, actor=OTHER)

        row = await the_return(number)
        assert (row["state"], row["appeal_outcome"]) == ("approved", "upheld")
        jobs = await rows(
            "SELECT task_name FROM procrastinate_jobs WHERE task_name = 'issue_label'"
        )
        assert len(jobs) == 1
        assert {"appeal_received", "appeal_upheld"} <= set(await letters(number))

    async def test_comes_once(self):
        number = await declined()
        await appeal(number)
        with pytest.raises(TransitionNotAllowed):
            await appeal(number)
        await dismiss(number, actor=OTHER)

        row = await the_return(number)
        assert (row["state"], row["appeal_outcome"]) == ("declined", "dismissed")
        with pytest.raises(TransitionNotAllowed):
            await appeal(number)
        assert "appeal_dismissed" in await letters(number)

    async def test_sent_twice_at_once_is_made_once(self):
        number = await declined()
        answers = await asyncio.gather(appeal(number), appeal(number), return_exceptions=True)

        assert [type(one) for one in answers].count(TransitionNotAllowed) == 1
        assert (await letters(number)).count("appeal_received") == 1

    async def test_needs_something_that_was_refused(self):
        await put_order()
        number = await opened()
        with pytest.raises(TransitionNotAllowed):
            await appeal(number)

    async def test_finds_the_units_gone_that_another_return_took(self):
        number = await declined()
        await opened(asked(quantity=2))

        with pytest.raises(Unprocessable) as refused:
            await appeal(number)
        assert refused.value.code == "exceeds_returnable"
        assert (await the_return(number))["state"] == "declined"

    async def test_holds_its_units_while_it_is_heard(self):
        number = await declined()
        await appeal(number)

        assert isinstance(await ask(asked(quantity=2)), Declined)

    async def test_still_lets_who_refused_decide_on_other_returns(self):
        number = await declined()
        await appeal(number)
        other = await opened(asked(reason="defective"))

        await uphold(other, actor=SUPPORT)
        assert (await the_return(other))["state"] == "approved"

    async def test_tells_who_may_not_before_which_version(self):
        number = await declined()
        await appeal(number)

        with pytest.raises(SamePerson):
            await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW, expected_version=1)
        with pytest.raises(StaleVersion):
            await approve_return(number, policy=POLICY, actor=OTHER, now=NOW, expected_version=1)

    async def test_cannot_be_decided_by_who_refused_even_in_sql(self):
        number = await declined()
        await appeal(number)

        with pytest.raises(asyncpg.CheckViolationError, match="returns_ck_appeal_other_person"):
            await rows("UPDATE returns SET appeal_decided_by = 33 WHERE number = $1", number)


class TestAnAppealAgainstARejection:
    async def test_brings_the_units_back_to_another_person(self, photo: str):
        number = await rejected(photo)
        await appeal(number)
        with pytest.raises(SamePerson):
            await uphold(number, actor=BENCH)
        await uphold(number)

        case = await read_return(number)
        assert case is not None
        assert (case["state"], await counts(number)) == ("received", {"received": 1})
        assert case["next_step"]["key"] == "next_step.judged_again"
        with pytest.raises(SamePerson):
            await inspect(number, good(), actor=BENCH)
        await inspect(number, good(), actor=OTHER)

        assert await counts(number) == {"received": 1, "accepted": 1}
        refund = (await refunds_of(number))[0]
        assert refund["proposed"] == 13534
        for inspector in (BENCH, OTHER):
            with pytest.raises(SamePerson):
                await approve(refund["id"], 13534, actor=inspector)
        await approve(refund["id"], 13534)
        old, new = await rows(
            "SELECT verdict, quantity, superseded FROM inspection_lines ORDER BY id"
        )
        assert tuple(old) == ("rejected", 1, 1)
        assert tuple(new) == ("accepted", 1, 0)
        assert (await verify_chains()).ok

    async def test_refuses_the_first_inspector_in_sql_too(self, photo: str):
        number = await rejected(photo)
        await appeal(number)
        await uphold(number)

        with pytest.raises(asyncpg.CheckViolationError, match="Another person"):
            await rows(
                "INSERT INTO inspections (return_id, inspected_at, inspected_by)"
                " SELECT id, now(), 11 FROM returns WHERE number = $1",
                number,
            )

    async def test_can_end_in_the_same_verdict_which_is_the_last(self, photo: str):
        number = await rejected(photo)
        await appeal(number)
        await uphold(number)
        await inspect(number, bad(photo), actor=OTHER)

        case = await read_return(number, for_staff=True)
        assert case is not None
        assert (case["state"], await counts(number)) == (
            "inspected",
            {"received": 1, "rejected": 1},
        )
        assert "appeal" not in case["actions"]
        assert "send_back" in case["actions"]

    async def test_that_is_not_right_leaves_the_goods_to_be_sent_back(self, photo: str):
        number = await rejected(photo)
        await appeal(number)
        await dismiss(number)

        assert (await the_return(number))["state"] == "inspected"
        assert await counts(number) == {"received": 1, "rejected": 1}
        await sent_home(number)
        assert (await the_return(number))["state"] == "closed"
        with pytest.raises(TransitionNotAllowed):
            await appeal(number)

    async def test_leaves_the_refund_of_the_other_units_alone(self, photo: str):
        number = await rejected(photo, 1, of=2)
        refund = (await refunds_of(number))[0]
        await appeal(number)
        await approve(refund["id"], refund["proposed"])
        await uphold(number)

        assert (await the_return(number))["state"] == "received"
        await inspect(number, good(), actor=OTHER)
        first, second = await refunds_of(number)
        assert first["proposed"] + second["proposed"] == 27069
        assert await counts(number) == {"received": 2, "accepted": 2}

    async def test_asks_for_units_that_were_sent_back_again_under_a_new_label(self, photo: str):
        number = await rejected(photo)
        await print_label(number, b"%PDF")
        await sent_home(number)
        assert (await the_return(number))["state"] == "closed"
        await appeal(number)
        assert (await the_return(number))["closed_at"] is None
        await uphold(number)

        row = await the_return(number)
        assert (row["state"], row["label_issued_at"]) == ("approved", None)
        assert await counts(number) == {}
        assert await value("SELECT count(*) FROM labels") == 0
        jobs = await rows(
            "SELECT task_name FROM procrastinate_jobs WHERE task_name = 'issue_label'"
        )
        assert len(jobs) == 2
        await receive(number, {"L1": 1})
        with pytest.raises(SamePerson):
            await inspect(number, good(), actor=BENCH)
        await inspect(number, good(), actor=OTHER)
        assert (await refunds_of(number))[0]["proposed"] == 13534
        assert (await verify_chains()).ok

    async def test_waits_anew_for_what_was_sent_back_while_the_rest_is_here(self, photo: str):
        await put_order(document=an_order(a_line(quantity=3), payments=[a_payment(captured=40064)]))
        number = await opened(asked(quantity=3))
        await receive(number, {"L1": 3})
        await inspect(number, bad(photo, 2), good())
        await sent_home(number)
        await appeal(number)
        await uphold(number)

        row = await the_return(number)
        assert row["state"] == "partially_received"
        assert row["last_received_at"] == NOW
        assert await counts(number) == {"received": 2, "accepted": 1}
        await receive(number, {"L1": 1})
        await inspect(number, good(quantity=2), actor=OTHER)
        assert sum(one["proposed"] for one in await refunds_of(number)) == 40064

    async def test_gives_what_is_still_to_come_its_days_anew(self, photo: str):
        await put_order()
        number = await opened(asked(quantity=2))
        await receive(number, {"L1": 1})
        await inspect(number, bad(photo))
        await appeal(number)
        with pytest.raises(TransitionNotAllowed):
            await receive(number, {"L1": 1})
        later = NOW + timedelta(days=20)
        await decline_return(number, reason="Worn.", actor=SUPPORT, now=later)
        await close_overdue(policy=POLICY, now=later)

        assert (await the_return(number))["state"] == "partially_received"
        assert (await the_line(number))["given_up"] == 0

    async def test_is_not_about_units_that_the_customer_let_us_keep(self, photo: str):
        number = await rejected(photo, 2, of=2)
        await consent(number)
        await appeal(number)
        await uphold(number)

        assert await counts(number) == {"received": 2, "rejected": 1, "disposed": 1}
        assert await value("SELECT superseded FROM inspection_lines") == 1
        await inspect(number, bad(photo), actor=OTHER)
        assert await counts(number) == {"received": 2, "rejected": 2, "disposed": 1}

    async def test_cannot_be_made_about_units_that_were_all_given_to_us(self, photo: str):
        number = await rejected(photo)
        await consent(number)
        with pytest.raises(TransitionNotAllowed):
            await appeal(number)


@pytest.mark.usefixtures("database")
class TestAnAppealAgainstALowerAmount:
    async def test_proposes_the_difference_to_another_person(self):
        number = await lowered(10000)
        await appeal(number)
        with pytest.raises(SamePerson):
            await uphold(number, actor=FINANCE)
        await uphold(number)

        first, more = await refunds_of(number)
        assert (first["amount"], more["proposed"], more["state"]) == (10000, 3534, "proposed")
        assert more["items"] + more["tax"] + more["shipping"] - more["fees"] == 3534
        assert more["payment"] == first["payment"]
        assert (await the_return(number))["state"] == "settling"
        for barred in (FINANCE, BENCH):
            with pytest.raises(SamePerson):
                await approve(more["id"], 3534, actor=barred)
            with pytest.raises(SamePerson):
                await refuse_refund(more["id"], reason="No.", actor=barred, now=NOW)
        await approve(more["id"], 3534, actor=OTHER)

    async def test_keeps_its_units_refunded_while_the_difference_is_open(self):
        number = await lowered(10000)
        first = (await refunds_of(number))[0]
        await succeeds(first)
        assert await counts(number) == {"received": 1, "accepted": 1, "refunded": 1}
        await appeal(number)
        await uphold(number)
        more = (await refunds_of(number))[1]
        await approve(more["id"], 3000, actor=OTHER, note="Half of it.", clause=CLAUSE)
        await succeeds(more)

        assert await counts(number) == {"received": 1, "accepted": 1, "refunded": 1}
        assert (await the_return(number))["state"] == "closed"
        with pytest.raises(TransitionNotAllowed):
            await appeal(number)

    async def test_never_takes_more_than_the_payment_has_left(self):
        number = await lowered(10000)
        other = await opened()
        await come_back(other, {"L1": 1})
        await appeal(number)
        await uphold(number)

        taken = await value("SELECT sum(COALESCE(amount, proposed))::bigint FROM refunds")
        assert taken == 27069

    async def test_proposes_nothing_where_nothing_is_left(self):
        await put_order(document=an_order(payments=[a_payment(captured=20000)]))
        number = await opened(asked(quantity=2))
        refund = (await come_back(number, {"L1": 2}))[0]
        assert refund["proposed"] == 20000
        await approve(refund["id"], 19999, note="One cent.", clause=CLAUSE)
        await rows("UPDATE payments SET captured = 19999")
        await appeal(number)
        await uphold(number)

        assert len(await refunds_of(number)) == 1
        events = await rows("SELECT type FROM events ORDER BY id")
        assert "refund.not_covered" in {event["type"] for event in events}

    async def test_that_is_not_right_leaves_the_amount(self):
        number = await lowered(10000)
        await appeal(number)
        await dismiss(number)

        assert len(await refunds_of(number)) == 1
        assert (await the_return(number))["state"] == "settling"

    async def test_that_was_nothing_at_all_brings_the_units_their_money(self):
        await put_order()
        number = await opened()
        refund = (await come_back(number, {"L1": 1}))[0]
        await refuse_refund(refund["id"], reason="Worn.", actor=FINANCE, now=NOW)
        assert (await the_return(number))["state"] == "closed"
        await appeal(number)
        await uphold(number)

        more = (await refunds_of(number))[1]
        assert more["proposed"] == 13534
        assert await counts(number) == {"received": 1, "accepted": 1}
        with pytest.raises(SamePerson):
            await approve(more["id"], 13534)
        await approve(more["id"], 13534, actor=OTHER)
        await succeeds(more)
        assert await counts(number) == {"received": 1, "accepted": 1, "refunded": 1}

    async def test_against_what_was_called_off_brings_it_back_to_another_person(self):
        await put_order()
        number = await opened()
        refund = (await come_back(number, {"L1": 1}))[0]
        await approve(refund["id"], 13534)
        await rows("UPDATE refunds SET blocked_since = now(), last_error = 'dispute_lost'")
        await refuse_refund(refund["id"], reason="Your bank gave it.", actor=OTHER, now=NOW)
        assert (await the_return(number))["state"] == "closed"
        await appeal(number, message="That was for the other cover.")
        with pytest.raises(SamePerson):
            await uphold(number, actor=OTHER)
        await uphold(number)

        more = (await refunds_of(number))[1]
        assert (more["proposed"], more["state"]) == (13534, "proposed")
        for barred in (OTHER, BENCH):
            with pytest.raises(SamePerson):
                await approve(more["id"], 13534, actor=barred)
        # Who approved it before had said yes.
        await approve(more["id"], 13534)
        await succeeds(more)
        assert await counts(number) == {"received": 1, "accepted": 1, "refunded": 1}
        assert (await the_return(number))["state"] == "closed"

    async def test_is_not_offered_for_a_proposal_that_the_bench_took_back(self):
        await put_order()
        number = await opened()
        refund = (await come_back(number, {"L1": 1}))[0]
        await send_to_bench(refund["id"], reason="Look again.", actor=FINANCE, now=NOW)

        with pytest.raises(TransitionNotAllowed):
            await appeal(number)

    async def test_of_two_payments_gives_each_back_what_it_kept(self):
        cards = [
            a_payment("P1", captured=8000),
            a_payment("P2", captured=19069, reference="pi_2"),
        ]
        await put_order(document=an_order(payments=cards))
        number = await opened()
        first, second = await come_back(number, {"L1": 1})
        assert (first["proposed"], second["proposed"]) == (8000, 5534)
        await approve(first["id"], 7000, note="A seam is open.", clause=CLAUSE)
        await succeeds(first)
        await refuse_refund(second["id"], reason="Worn.", actor=FINANCE, now=NOW)
        assert (await counts(number))["refunded"] == 1
        await appeal(number)
        await uphold(number)

        known = {first["id"], second["id"]}
        more = [one for one in await refunds_of(number) if one["id"] not in known]
        given = {one["payment"]: one["proposed"] for one in more}
        assert given == {first["payment"]: 1000, second["payment"]: 5534}
        assert (await counts(number))["refunded"] == 1
        for one in more:
            with pytest.raises(Unprocessable):
                await approve(one["id"], one["proposed"] + 1, actor=OTHER)
            await approve(one["id"], one["proposed"], actor=OTHER)
            await succeeds(one)
        assert await counts(number) == {"received": 1, "accepted": 1, "refunded": 1}
        assert (await the_return(number))["state"] == "closed"

    async def test_of_two_payments_both_refused_waits_for_both(self):
        cards = [
            a_payment("P1", captured=8000),
            a_payment("P2", captured=19069, reference="pi_2"),
        ]
        await put_order(document=an_order(payments=cards))
        number = await opened()
        for one in await come_back(number, {"L1": 1}):
            await refuse_refund(one["id"], reason="Worn.", actor=FINANCE, now=NOW)
        await appeal(number)
        await uphold(number)

        more = [one for one in await refunds_of(number) if one["state"] == "proposed"]
        assert sum(one["proposed"] for one in more) == 13534
        for place, one in enumerate(more):
            assert "refunded" not in await counts(number), place
            await approve(one["id"], one["proposed"], actor=OTHER)
            await succeeds(one)
        assert (await counts(number))["refunded"] == 1

    async def test_of_a_cancellation_cannot_be_withdrawn_with_the_money(self):
        await put_order(document=an_order(shipments=[]))
        number = await opened(kind="cancellation")
        refund = (await refunds_of(number))[0]
        await approve(refund["id"], 10000, note="Part of it.", clause=CLAUSE)
        await appeal(number)

        with pytest.raises(TransitionNotAllowed):
            await withdraw_return(number, actor=DANA, now=NOW)
        await uphold(number)
        assert [one["proposed"] for one in await refunds_of(number)] == [13534, 3534]


class TestConsent:
    @pytest.mark.parametrize("to", ["restock", "refurbish", "scrap"])
    async def test_lets_rejected_units_stay_and_the_return_close(self, photo: str, to: str):
        number = await rejected(photo)
        await consent(number, to=Disposition(to))

        assert (await the_return(number))["state"] == "closed"
        assert await counts(number) == {"received": 1, "rejected": 1, "disposed": 1}
        kept = (await rows("SELECT quantity, disposition, given_at FROM consents"))[0]
        assert tuple(kept) == (1, to, NOW)
        said = (await rows("SELECT type, actor_kind FROM events ORDER BY id DESC LIMIT 1"))[0]
        assert tuple(said) == ("consent.given", "customer")
        assert "consent_thanks" in await letters(number)

    @pytest.mark.parametrize("to", ["quarantine", "send_back"])
    async def test_is_not_for_what_leaves_the_goods_theirs(self, photo: str, to: str):
        number = await rejected(photo)
        with pytest.raises(Unprocessable) as refused:
            await consent(number, to=Disposition(to))
        assert refused.value.fields[0].pointer == "/disposition"

    async def test_is_for_no_more_than_waits_here(self, photo: str):
        number = await rejected(photo, 2, of=2)
        await sent_home(number)
        with pytest.raises(Unprocessable) as refused:
            await consent(number, 2)
        assert refused.value.code == "exceeds_rejected"
        await consent(number)
        with pytest.raises(TransitionNotAllowed):
            await sent_home(number)

    async def test_stays_as_it_was_given(self, photo: str):
        number = await rejected(photo)
        await consent(number)
        with pytest.raises(asyncpg.CheckViolationError, match="append only"):
            await rows("UPDATE consents SET disposition = 'restock'")

    async def test_is_needed_before_a_rejected_unit_may_go_anywhere_else(self, photo: str):
        await put_order()
        number = await opened()
        await receive(number, {"L1": 1})
        with pytest.raises(Unprocessable) as refused:
            await inspect(number, bad(photo, disposition="scrap"))
        assert refused.value.code == "goods_are_the_customers"
