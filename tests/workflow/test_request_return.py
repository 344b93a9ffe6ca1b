import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from returns_engine.documents.request import RequestDocument
from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.rules.actor import Actor
from returns_engine.rules.decision_json import decision_json
from returns_engine.rules.eligibility.decide import decide
from returns_engine.rules.facts import GivenBefore, OrderFacts
from returns_engine.rules.words import ActorKind
from returns_engine.workflow.close_outstanding import close_outstanding
from returns_engine.workflow.judge_request import judge_request
from returns_engine.workflow.refusals import NotFound, Unprocessable
from returns_engine.workflow.request_return import Declined, Opened
from returns_engine.workflow.review_return import (
    approve_return,
    decline_return,
    withdraw_return,
)
from tests.workflow.orders import NOW, a_line, a_payment, a_request, a_shipment, an_order, asked
from tests.workflow.pictures import a_photo
from tests.workflow.shop import (
    DANA,
    POLICY,
    SUPPORT,
    ask,
    opened,
    put_order,
    receive,
    refunds_of,
    rows,
    the_return,
    value,
)

ALL_RETURNS = "SELECT number, permission, state FROM returns"


async def refused_code(*lines: dict[str, Any], **changes: Any) -> str:
    answer = await ask(*lines, **changes)
    assert isinstance(answer, Declined)
    return answer.code


@pytest.mark.usefixtures("database")
class TestARequest:
    async def test_that_is_eligible_opens_an_approved_return(self):
        await put_order()
        row = await the_return(await opened())

        assert (row["permission"], row["state"]) == ("approved", "approved")
        events = await rows("SELECT type, to_state FROM events WHERE chain = $1", row["number"])
        assert [event["type"] for event in events] == ["return.requested", "return.approved"]

    async def test_orders_its_label_and_its_mail_in_the_same_transaction(self):
        await put_order()
        await opened()

        jobs = await rows("SELECT task_name FROM procrastinate_jobs ORDER BY 1")
        assert [job["task_name"] for job in jobs] == ["issue_label", "send_message"]

    async def test_that_needs_a_look_opens_a_return_in_review(self):
        await put_order()
        row = await the_return(await opened(asked(reason="defective")))

        assert (row["permission"], row["state"]) == ("in_review", "in_review")
        event = await rows("SELECT reason, data FROM events WHERE type = 'return.in_review'")
        assert event[0]["reason"] == "photos_required"

    async def test_that_is_refused_is_kept_with_its_facts_and_nothing_else(self):
        await put_order()
        answer = await ask(now=NOW + timedelta(days=60))

        assert isinstance(answer, Declined)
        assert answer.code == "return_window_closed"
        assert answer.decision["verdict"] == "ineligible"
        kept = (await rows("SELECT * FROM decisions"))[0]
        assert (kept["id"], kept["verdict"], kept["code"]) == (
            answer.decision_id,
            "ineligible",
            "return_window_closed",
        )
        assert json.loads(kept["answer"]) == answer.decision
        for table in ("returns", "messages", "procrastinate_jobs"):
            assert await value(f"SELECT count(*) FROM {table}") == 0  # noqa: S608 - our own tables

    async def test_for_another_customers_order_finds_nothing(self):
        await put_order("EKR-2")
        with pytest.raises(NotFound):
            await ask(order_number="EKR-2")

        assert await value("SELECT count(*) FROM decisions") == 0

    async def test_for_an_order_that_is_not_there_finds_nothing(self):
        with pytest.raises(NotFound):
            await ask(actor=SUPPORT)

    @pytest.mark.parametrize(
        ("line", "pointer"),
        [
            (asked("L9"), "/lines/0/line_id"),
            (asked(quantity=0), "/lines/0/quantity"),
            (asked(quantity=-1), "/lines/0/quantity"),
        ],
    )
    async def test_that_cannot_be_judged_leaves_nothing(self, line, pointer):
        await put_order()
        with pytest.raises(Unprocessable) as refused:
            await ask(line)

        assert refused.value.fields[0].pointer == pointer
        assert await value("SELECT count(*) FROM decisions") == 0

    async def test_for_what_no_line_offers_is_refused(self):
        await put_order()
        with pytest.raises(Unprocessable) as refused:
            await ask(resolution="replacement")

        assert refused.value.code == "resolution_not_offered"
        assert await value("SELECT count(*) FROM decisions") == 0

    async def test_gives_the_resolution_to_the_lines_that_offer_it(self):
        await put_order(document=an_order(a_line("L1"), a_line("L2")))
        await opened(asked("L1", reason="defective"), asked("L2"), resolution="replacement")

        held = await rows("SELECT resolution FROM return_lines ORDER BY position")
        assert [row["resolution"] for row in held] == ["replacement", "refund"]

    async def test_keeps_the_customers_words_beside_the_case(self):
        await put_order()
        await opened(asked(comment="My dog ate it."))

        assert await value("SELECT text FROM line_comments") == "My dog ate it."


@pytest.mark.usefixtures("database")
class TestTheFactsOfADecision:
    @pytest.mark.parametrize("days", [0, 60])
    async def test_give_the_same_decision_again(self, days: int):
        lines = [a_line("L1", title="For Dana Reyes", kind="personalized"), a_line("L2")]
        await put_order(document=an_order(*lines, shipping=500))
        await opened(asked("L2"))
        at = NOW + timedelta(days=days)
        await ask(asked("L2", comment="Dana here"), asked("L1", reason="late"), now=at)

        for kept in await rows("SELECT * FROM decisions"):
            facts = json.loads(kept["facts"])
            order = msgspec.convert(facts["order"], OrderFacts)
            history = msgspec.convert(facts["history"], dict[str, GivenBefore])
            request = msgspec.convert(json.loads(kept["request"]), RequestDocument)
            again = decide(order, request.facts(), POLICY, kept["as_of"], history)
            assert decision_json(again) == json.loads(kept["answer"])

    async def test_hold_nothing_of_the_person(self):
        await put_order(document=an_order(a_line(title="For Dana Reyes", kind="personalized")))
        await opened(asked(reason="late", comment="Dana wrote this"))

        kept = str([dict(row) for row in await rows("SELECT * FROM decisions")])
        for secret in ("Dana", "dana@", "3125550123", "Main St", "60601", "Chicago"):
            assert secret not in kept

    async def test_are_judged_alike_without_changing_anything(self):
        await put_order()
        document = a_request()
        judged = await judge_request(document, policy=POLICY, as_of=NOW)
        assert await value("SELECT count(*) FROM decisions") == 0

        await opened()
        assert json.loads(await value("SELECT answer FROM decisions")) == judged


@pytest.mark.usefixtures("database")
class TestUnits:
    async def test_in_an_open_return_are_given(self):
        await put_order()
        await opened(asked(quantity=2))

        assert await refused_code() == "exceeds_returnable"

    async def test_withdrawn_count_again(self):
        await put_order()
        await withdraw_return(await opened(asked(quantity=2)), actor=DANA, now=NOW)

        assert isinstance(await ask(asked(quantity=2)), Opened)

    async def test_declined_count_again(self):
        await put_order()
        number = await opened(asked(quantity=2, reason="defective"))
        assert await refused_code() == "exceeds_returnable"
        await decline_return(number, reason="No.", actor=SUPPORT, now=NOW)

        assert isinstance(await ask(asked(quantity=2)), Opened)

    async def test_given_up_count_again_and_those_that_came_do_not(self):
        await put_order()
        number = await opened(asked(quantity=2))
        await receive(number, {"L1": 1})
        await close_outstanding(number, reason="Never came.", actor=SUPPORT, now=NOW)

        assert await refused_code(asked(quantity=2)) == "exceeds_returnable"
        assert isinstance(await ask(asked(quantity=1)), Opened)

    async def test_are_taken_parcel_by_parcel_the_longest_window_first(self):
        early, late = "2026-03-02T15:00:00Z", "2026-03-20T15:00:00Z"
        parcels = [
            a_shipment("S1", inside={"L1": 1}, delivered_at=early),
            a_shipment("S2", inside={"L1": 1}, delivered_at=late),
        ]
        await put_order(document=an_order(shipments=parcels))
        for parcel in ("S2", "S1"):
            await opened()
            taken = await value("SELECT taken FROM return_lines ORDER BY id DESC LIMIT 1")
            assert json.loads(taken) == [{"shipment_id": parcel, "quantity": 1}]

    async def test_of_a_late_parcel_are_not_saved_by_a_unit_that_is_given(self):
        parcels = [
            a_shipment("S1", inside={"L1": 1}, delivered_at="2026-02-25T15:00:00Z"),
            a_shipment("S2", inside={"L1": 1}, delivered_at="2026-03-20T15:00:00Z"),
        ]
        await put_order(document=an_order(shipments=parcels))
        await opened()

        assert await refused_code() == "return_window_closed"

    async def test_are_given_once_however_many_ask_for_the_last(self):
        await put_order(document=an_order(a_line(quantity=1)))
        answers = await asyncio.gather(*[ask() for _ in range(20)])

        assert [type(answer) for answer in answers].count(Opened) == 1
        declined = [answer for answer in answers if isinstance(answer, Declined)]
        assert {answer.code for answer in declined} == {"exceeds_returnable"}
        assert await value("SELECT count(*) FROM decisions") == 20


@pytest.mark.usefixtures("database")
class TestAnOverride:
    late = NOW + timedelta(days=60)

    async def test_opens_the_return_approved_where_nothing_else_fails(self):
        await put_order()
        number = await opened(actor=SUPPORT, now=self.late, override=_override())

        row = await the_return(number)
        assert (row["permission"], row["overridden"]) == ("approved", True)
        event = (await rows("SELECT * FROM events WHERE type = 'rule.overridden'"))[0]
        assert json.loads(event["data"]).keys() == {"line_id", "rule", "text_digest"}
        assert event["actor_id"] == SUPPORT.id
        assert await value("SELECT value FROM event_texts") == "A good customer."

    @pytest.mark.parametrize(
        ("overrides", "pointer"),
        [
            ({"rule": "warranty"}, "/override/rule"),
            ({"rule": "destination"}, "/override/rule"),
            ([{}, {"rule": "photos"}], "/override/1/rule"),
            ([{}, {}], "/override/1/rule"),
        ],
    )
    async def test_of_what_stands_in_no_way_is_refused(self, overrides: Any, pointer: str):
        await put_order()
        several = isinstance(overrides, list)
        given = [_override(**one) for one in overrides] if several else _override(**overrides)
        with pytest.raises(Unprocessable) as refused:
            await ask(actor=SUPPORT, now=self.late, override=given)

        assert refused.value.code == "nothing_to_set_aside"
        assert refused.value.fields[0].pointer == pointer

    async def test_leaves_what_else_is_to_be_looked_at(self):
        await put_order()
        defective = asked(reason="defective")
        number = await opened(defective, actor=SUPPORT, now=self.late, override=_override())

        assert (await the_return(number))["state"] == "in_review"

    async def test_leaves_what_else_fails(self):
        await put_order(document=an_order(a_line(kind="custom")))
        answer = await ask(actor=SUPPORT, now=self.late, override=_override())

        assert isinstance(answer, Declined)
        assert answer.code == "custom_item"

    async def test_is_of_several_rules_each_with_an_event_of_its_own(self):
        await put_order(document=an_order(a_line(kind="custom")))
        both = [_override(), _override(rule="exclusions", reason="It does not fit.")]
        number = await opened(actor=SUPPORT, now=self.late, override=both)

        row = await the_return(number)
        assert (row["permission"], row["overridden"]) == ("approved", True)
        events = await rows(
            "SELECT data->>'rule' AS rule FROM events"
            " WHERE type = 'rule.overridden' ORDER BY sequence"
        )
        assert [event["rule"] for event in events] == ["return_window", "exclusions"]
        kept = await value("SELECT request::text FROM decisions")
        assert "exclusions" in kept
        assert "does not fit" not in kept

    async def test_leaves_other_lines_alone(self):
        await put_order(document=an_order(a_line("L1"), a_line("L2")))
        answer = await ask(
            asked("L1"), asked("L2"), actor=SUPPORT, now=self.late, override=_override()
        )

        assert isinstance(answer, Declined)

    async def test_makes_no_unit_that_is_not_there(self):
        await put_order()
        answer = await ask(asked(quantity=3), actor=SUPPORT, override=_override(rule="quantity"))

        assert isinstance(answer, Declined)
        assert answer.code == "exceeds_returnable"

    async def test_of_a_line_that_is_not_asked_for_is_refused(self):
        await put_order(document=an_order(a_line("L1"), a_line("L2")))
        with pytest.raises(Unprocessable) as refused:
            await ask(asked("L1"), actor=SUPPORT, override=_override(line_id="L2"))

        assert refused.value.fields[0].pointer == "/override/line_id"
        with pytest.raises(Unprocessable) as refused:
            await ask(asked("L1"), actor=SUPPORT, override=[_override(), _override(line_id="L2")])

        assert refused.value.fields[0].pointer == "/override/1/line_id"

    async def test_keeps_its_reason_out_of_the_decision(self):
        await put_order()
        await opened(actor=SUPPORT, now=self.late, override=_override())

        assert "good customer" not in await value("SELECT request::text FROM decisions")


def _override(**changes: str) -> dict[str, str]:
    return {"line_id": "L1", "rule": "return_window", "reason": "A good customer."} | changes


@pytest.mark.usefixtures("database")
class TestAPhotoOfARequest:
    @pytest.fixture
    def photos(self, tmp_path: Path) -> DirectoryPhotoStore:
        return DirectoryPhotoStore(tmp_path)

    async def test_of_its_order_lets_a_fault_pass(self, photos: DirectoryPhotoStore):
        await put_order()
        photo = str(await a_photo(photos))
        number = await opened(asked(reason="defective", photo_ids=[photo]))

        assert (await the_return(number))["state"] == "approved"
        assert json.loads(await value("SELECT photo_ids FROM return_lines")) == [photo]

    @pytest.mark.parametrize("photo", ["00000000-0000-0000-0000-000000000000", "x", "' OR 1=1"])
    async def test_that_nobody_uploaded_is_refused(self, photo: str):
        await put_order()

        assert await self.refused(photo) == "/lines/0/photo_ids/0"

    async def test_of_another_order_is_refused(self, photos: DirectoryPhotoStore):
        await put_order()
        await put_order("EKR-2", an_order(payments=[a_payment(reference="other")]))
        photo = await a_photo(photos, order="EKR-2")

        assert await self.refused(str(photo)) == "/lines/0/photo_ids/0"
        assert await self.refused(str(photo), SUPPORT) == "/lines/0/photo_ids/0"

    async def test_of_no_order_is_for_staff_alone(self, photos: DirectoryPhotoStore):
        await put_order()
        photo = str(await a_photo(photos, order=None, actor=SUPPORT))

        assert await self.refused(photo) == "/lines/0/photo_ids/0"
        await opened(asked(reason="defective", photo_ids=[photo]), actor=SUPPORT)

    async def refused(self, photo: str, actor: Actor = DANA) -> str:
        with pytest.raises(Unprocessable) as refused:
            await ask(asked(reason="defective", photo_ids=[photo]), actor=actor)
        assert refused.value.code == "unknown_photo"
        assert await value("SELECT count(*) FROM decisions") == 0
        return refused.value.fields[0].pointer


@pytest.mark.usefixtures("database")
class TestACancellation:
    async def test_goes_to_settling_in_the_same_transaction_with_its_shipping(self):
        document = an_order(
            shipments=[], shipping=800, shipping_tax=60, payments=[a_payment(captured=27929)]
        )
        await put_order(document=document)
        number = await opened(asked(quantity=2), kind="cancellation")

        assert (await the_return(number))["state"] == "settling"
        refund = (await refunds_of(number))[0]
        assert (refund["proposed"], refund["shipping"]) == (27929, 860)
        assert refund["inspectors"] == "[]"
        events = await rows("SELECT type FROM events WHERE chain = $1 ORDER BY sequence", number)
        assert [event["type"] for event in events] == [
            "return.requested",
            "return.approved",
            "refund.proposed",
        ]

    async def test_of_shipped_units_is_refused(self):
        await put_order()

        assert await refused_code(kind="cancellation") == "exceeds_returnable"

    async def test_of_what_is_being_made_waits_for_a_person(self):
        document = an_order(
            a_line(kind="custom"), shipments=[], production_started_at="2026-02-21T00:00:00Z"
        )
        await put_order(document=document)
        number = await opened(asked(quantity=2), kind="cancellation")
        assert (await the_return(number))["state"] == "in_review"

        await approve_return(number, policy=POLICY, actor=SUPPORT, now=NOW)
        assert (await the_return(number))["state"] == "settling"

    async def test_of_what_cost_nothing_is_closed_at_once(self):
        free = an_order(
            a_line(unit_price=0, tax=0), shipments=[], discount=0, payments=[a_payment(captured=0)]
        )
        await put_order(document=free)
        number = await opened(asked(quantity=2), kind="cancellation")

        assert (await the_return(number))["state"] == "closed"
        assert await refunds_of(number) == []

    async def test_is_no_customers_who_is_not_of_the_order(self):
        await put_order(document=an_order(shipments=[]))
        other = Actor(kind=ActorKind.CUSTOMER, order="EKR-2")
        with pytest.raises(NotFound):
            await ask(actor=other, kind="cancellation")
