"""Choices on the staff's side: offered, taken back, carried out, and what stands in the way."""

from typing import Any
from uuid import UUID

import pytest

from returns_engine.queries.choice_view import list_choices
from returns_engine.rules.actor import Actor
from returns_engine.rules.choice import ChoiceKind, ChoiceOption
from returns_engine.rules.words import ActorKind, Role
from returns_engine.workflow.choose_option import choose_option
from returns_engine.workflow.offer_choice import Offer, offer_choice
from tests.admin.conftest import StaffSide
from tests.api.statements import every_statement
from tests.portal.conftest import Visitor
from tests.workflow.shop import SUPPORT

NEW = "/admin/choices/new"


async def support(staff: StaffSide) -> Visitor:
    await staff.put_order("EKR-7", reference="pi_7", shipments=[], status="processing")
    return await staff.signed_in("sam", Role.SUPPORT)


async def offered(visitor: Visitor, **typed: Any) -> UUID:
    """Put a choice about the two covers of EKR-7 by the form."""
    await visitor.open(f"{NEW}?order=EKR-7")
    answer = await visitor.send(
        NEW, form=_posting(visitor), **{"kind": "out_of_stock", "quantity-0": "2", **typed}
    )
    assert answer.status_code == 200, answer.text
    return UUID((await list_choices()).items[0]["id"])


def _posting(visitor: Visitor) -> Any:
    form = visitor.form(NEW)
    assert form.method == "post"
    return form


def to_review(visitor: Visitor) -> str:
    """Return how many returns the dashboard says are to be reviewed."""
    figure = visitor.text.split('href="/admin/inbox?kind=review"')[1].split("</a>")[0]
    return figure.split('figure-number">')[1].split("<")[0]


async def choose(staff: StaffSide, choice_id: UUID, option: str, sku: str | None = None) -> None:
    await choose_option(
        choice_id,
        option=ChoiceOption(option),
        sku=sku,
        actor=Actor(kind=ActorKind.CUSTOMER, order="EKR-7"),
        policy=staff.services.policy,
        now=staff.clock(),
    )


class TestOffering:
    async def test_begins_with_the_orders_number(self, staff: StaffSide):
        visitor = await support(staff)
        await visitor.open(NEW)
        assert "Order number" in visitor.text
        answer = await visitor.open(f"{NEW}?order=EKR-404")

        assert answer.status_code == 404
        assert "There is no such order." in visitor.text

    async def test_sends_the_choice_and_shows_it(self, staff: StaffSide):
        visitor = await support(staff)
        choice_id = await offered(
            visitor,
            restock_on="2026-04-10",
            restock_until="2026-04-20",
            swap_skus="EKR-GRY, EKR-RED\nEKR-GRY",
        )
        choice = (await list_choices()).items[0]

        assert visitor.path == f"/admin/choices/{choice_id}"
        assert (choice["default"], choice["swap_skus"]) == ("wait", ["EKR-GRY", "EKR-RED"])
        assert "between April 10, 2026 and April 20, 2026" in visitor.text

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ({"kind": ""}, "Say what is the matter."),
            ({"quantity-0": "0"}, "Say how many units of at least one item"),
            ({"quantity-0": "two"}, "Type a whole number."),
            ({"quantity-0": "0" * 9 + "7" * 900}, "Type a whole number."),
            ({"quantity-0": "3"}, "Nothing was sent."),
            ({"restock_on": "soon"}, "Type a day, such as 2026-04-20."),
            ({"restock_on": "2026-03-01"}, "This day is over."),
            ({"kind": "undeliverable", "swap_skus": ""}, "Nothing of this line has been shipped."),
            ({"swap_skus": ",".join(f"S{n}" for n in range(11))}, "Suggest up to ten items"),
        ],
    )
    async def test_says_what_is_wrong_and_keeps_what_was_typed(
        self, staff: StaffSide, typed: dict[str, str], says: str
    ):
        visitor = await support(staff)
        await visitor.open(f"{NEW}?order=EKR-7")
        given = {"kind": "out_of_stock", "quantity-0": "1", "swap_skus": "EKR-KEPT"} | typed
        answer = await visitor.send(NEW, form=_posting(visitor), **given)

        assert answer.status_code == 422
        assert says in answer.text
        if "swap_skus" not in typed:
            assert "EKR-KEPT" in answer.text
        assert (await list_choices()).items == []

    async def test_twice_is_one_choice(self, staff: StaffSide):
        visitor = await support(staff)
        await offered(visitor)
        await visitor.open(f"{NEW}?order=EKR-7")
        given = {"kind": "out_of_stock", "quantity-0": "1"}
        answer = await visitor.send(NEW, form=_posting(visitor), **given)

        assert answer.status_code == 409
        assert "asked about one of these lines already" in answer.text


class TestTheLists:
    async def test_show_a_choice_where_it_waits(self, staff: StaffSide):
        visitor = await support(staff)
        choice_id = await offered(visitor, swap_skus="EKR-GRY")
        place = f"/admin/choices/{choice_id}"
        await visitor.open("/admin/choices")
        assert place in visitor.text
        assert "Cancel, money back" in visitor.text
        await choose(staff, choice_id, "swap", "EKR-GRY")
        await visitor.open("/admin/choices")
        assert place not in visitor.text
        await visitor.open("/admin/choices?show=to_do")
        assert place in visitor.text
        assert "EKR-GRY" in visitor.text

        await visitor.open(place)
        await visitor.send(f"{place}/done", reference="WEB-5501")
        assert "WEB-5501" in visitor.text
        await visitor.open("/admin/choices?show=to_do")
        assert place not in visitor.text
        await visitor.open("/admin/choices?show=over")
        assert place in visitor.text

    async def test_ask_the_database_eight_times_at_most(self, staff: StaffSide):
        visitor = await support(staff)
        choice_id = await offered(visitor)
        for path in ("/admin/choices", f"/admin/choices/{choice_id}", f"{NEW}?order=EKR-7"):
            with every_statement() as said:
                await visitor.open(path)
            assert 1 < len(said) <= 8, "\n\n".join(said)

    async def test_are_for_those_who_review(self, staff: StaffSide):
        await support(staff)
        visitor = await staff.signed_in("wanda", Role.WAREHOUSE)

        assert (await visitor.open("/admin/choices")).status_code == 403
        await visitor.open("/admin")
        assert "/admin/choices" not in visitor.text

    async def test_are_counted_on_the_dashboard(self, staff: StaffSide):
        visitor = await support(staff)
        await choose(staff, await offered(visitor), "wait")
        await visitor.open("/admin")

        assert "Choices due" in visitor.text
        assert "Choices to carry out" in visitor.text


class TestAChoice:
    async def test_is_taken_back_for_a_reason(self, staff: StaffSide):
        visitor = await support(staff)
        choice_id = await offered(visitor)
        action = f"/admin/choices/{choice_id}/withdraw"
        answer = await visitor.send(action, reason=" ")
        assert answer.status_code == 422
        assert "Say why: the customer reads it." in answer.text
        await visitor.send(action, reason="It came in after all.")

        assert "Taken back" in visitor.text
        assert "It came in after all." in visitor.text

    async def test_is_linked_from_the_return_it_ended_in(self, staff: StaffSide):
        visitor = await support(staff)
        choice_id = await offered(visitor)
        await choose(staff, choice_id, "cancel")
        number = (await list_choices()).items[0]["return_number"]
        await visitor.open(f"/admin/returns/{number}")

        assert f'href="/admin/choices/{choice_id}"' in visitor.text

    async def test_about_a_parcel_that_came_back_is_left_to_the_customer(self, staff: StaffSide):
        person = await staff.signed_in("sam", Role.SUPPORT)
        offer = Offer(kind=ChoiceKind.UNDELIVERABLE, units=[("L1", 2)])
        now, policy = staff.clock(), staff.services.policy
        choice_id = await offer_choice("EKR-1001", offer, actor=SUPPORT, policy=policy, now=now)
        number = (await list_choices()).items[0]["return_number"]
        page = f"/admin/returns/{number}"
        await person.open("/admin")
        assert to_review(person) == "0"
        await person.open(page)
        assert "The customer chooses" in person.text
        assert f'action="{page}/approve"' not in person.text
        assert "approve" not in (await staff.case(number))["actions"]

        await person.open(f"/admin/choices/{choice_id}")
        await person.send(f"/admin/choices/{choice_id}/withdraw", reason="It was found.")
        await person.open("/admin")
        assert to_review(person) == "1"
        await person.open(page)
        await person.send(f"{page}/approve")

        assert (await staff.case(number))["permission"] == "approved"

    async def test_needs_a_reference_to_be_carried_out(self, staff: StaffSide):
        visitor = await support(staff)
        choice_id = await offered(visitor)
        await choose(staff, choice_id, "wait")
        await visitor.open(f"/admin/choices/{choice_id}")
        answer = await visitor.send(f"/admin/choices/{choice_id}/done", reference="")

        assert answer.status_code == 422
        assert "Type the number it went out under" in answer.text

    async def test_that_was_made_meanwhile_is_not_taken_back(self, staff: StaffSide):
        visitor = await support(staff)
        choice_id = await offered(visitor)
        await choose(staff, choice_id, "wait")
        answer = await visitor.send(f"/admin/choices/{choice_id}/withdraw", reason="Too late.")

        assert answer.status_code in {409, 412}
        assert "Nothing was changed." in answer.text

    async def test_nobody_knows_is_not_found(self, staff: StaffSide):
        visitor = await support(staff)
        nobody = UUID("00000000-0000-4000-8000-000000000000")

        assert (await visitor.open(f"/admin/choices/{nobody}")).status_code == 404
