import json
from datetime import UTC, datetime, timedelta

import pytest

from returns_engine.queries.promises import PromiseStanding, list_promises
from returns_engine.workflow.note_broken_promises import note_broken_promises
from returns_engine.workflow.refuse_refund import refuse_refund
from returns_engine.workflow.review_return import approve_return, request_info, withdraw_return
from tests.workflow.orders import NOW, a_line, an_order, asked
from tests.workflow.shop import (
    DANA,
    FINANCE,
    POLICY,
    SUPPORT,
    approve,
    come_back,
    good,
    inspect,
    opened,
    put_order,
    receive,
    rows,
    value,
)

pytestmark = pytest.mark.usefixtures("database")
DEFECTIVE = asked("L1", reason="defective")


async def standing(number: str) -> list[tuple[str, str]]:
    """What was promised in a return, and whether it was kept, is open, or is waited for no more."""
    found = await rows(
        "SELECT what, CASE WHEN kept_at IS NOT NULL THEN 'kept' WHEN released_at IS NOT NULL"
        " THEN 'released' ELSE 'open' END AS stands FROM promises m"
        " JOIN returns r ON r.id = m.return_id WHERE r.number = $1 ORDER BY m.id",
        number,
    )
    return [(row["what"], row["stands"]) for row in found]


class TestAnAnswer:
    async def test_is_promised_by_a_business_day_and_kept_by_answering(self):
        await put_order()
        number = await opened(DEFECTIVE)
        assert await standing(number) == [("answer", "open")]
        # Monday 30 March: two business days later, to the end of the day in New York.
        assert await value("SELECT due FROM promises") == datetime(
            2026, 4, 2, 3, 59, 59, tzinfo=UTC
        )

        await request_info(number, message="Which seam?", actor=SUPPORT, now=NOW)

        assert await standing(number) == [("answer", "kept")]

    async def test_is_waited_for_by_nobody_who_withdrew(self):
        await put_order()
        number = await opened(DEFECTIVE)
        await withdraw_return(number, actor=DANA, now=NOW)

        assert await standing(number) == [("answer", "released")]


class TestAVerdict:
    async def test_is_promised_when_a_parcel_comes_and_again_with_the_next(self):
        await put_order()
        number = await opened(asked("L1", quantity=2))
        for _ in range(2):
            await receive(number, {"L1": 1})
            await inspect(number, good())

        assert await standing(number) == [("inspection", "kept")] * 2


class TestARefund:
    async def test_has_a_promise_of_its_own_beside_others_of_its_return(self):
        await put_order()
        number = await opened(asked("L1", quantity=2))
        for _ in range(2):
            refund = (await come_back(number, {"L1": 1}))[-1]
            await approve(refund["id"], refund["proposed"])

        promised = [one for one in await standing(number) if one[0] == "refund_sent"]
        assert promised == [("refund_sent", "open")] * 2

    async def test_that_is_refused_promises_nothing(self):
        await put_order()
        number = await opened()
        refund = (await come_back(number, {"L1": 1}))[0]
        await refuse_refund(refund["id"], reason="It was used.", actor=FINANCE, now=NOW)

        assert await standing(number) == [("inspection", "kept")]


class TestABrokenPromise:
    async def test_is_noted_once(self):
        await put_order()
        number = await opened(DEFECTIVE)
        late = NOW + timedelta(days=4)

        assert await note_broken_promises(now=NOW + timedelta(days=2)) == 0
        assert await note_broken_promises(now=late) == 1
        assert await note_broken_promises(now=late) == 0
        events = await rows("SELECT data FROM events WHERE type = 'promise.broken'")
        assert [json.loads(one["data"])["due"] for one in events] == ["2026-04-02T03:59:59Z"]
        made = await value("SELECT data FROM events WHERE type = 'promise.made'")
        assert json.loads(made)["due"] == "2026-04-02T03:59:59Z"
        assert number in {one["return_number"] for one in (await _listed("broken", late))}

    async def test_can_still_be_kept(self):
        await put_order()
        number = await opened(DEFECTIVE)
        late = NOW + timedelta(days=4)
        await note_broken_promises(now=late)
        await approve_return(number, policy=POLICY, actor=SUPPORT, now=late)

        assert await standing(number) == [("answer", "kept")]
        assert await _listed("broken", late) == []
        (kept,) = await _listed("kept", late)
        assert kept["broken_at"] is not None


class TestTheList:
    async def test_goes_by_what_is_due_first_and_page_by_page(self):
        lines = [a_line(f"L{place}", quantity=1) for place in range(1, 4)]
        await put_order(document=an_order(*lines))
        numbers = [
            await opened(
                asked(line["line_id"], reason="defective"), now=NOW - timedelta(days=3 - place)
            )
            for place, line in enumerate(lines)
        ]
        first = await list_promises(standing=PromiseStanding.DUE, now=NOW, limit=2)
        rest = await list_promises(
            standing=PromiseStanding.DUE, now=NOW, limit=2, cursor=first.next_place
        )

        listed = [one["return_number"] for one in (*first.items, *rest.items)]
        assert listed == numbers
        assert rest.next_place is None


async def _listed(which: str, now: datetime) -> list[dict]:
    return list((await list_promises(standing=PromiseStanding(which), now=now)).items)


def test_the_policy_says_in_how_many_days():
    assert POLICY.promises.answer_business_days == 2
    assert POLICY.promises.inspection_business_days == 3
