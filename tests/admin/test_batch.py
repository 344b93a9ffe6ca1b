"""Several plain refunds at once, on the pages of finance."""

from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide
from tests.admin.test_approvals import finance, inspected
from tests.api.orders import line, order

BATCH = "/admin/approvals/batch"


async def plain(staff: StaffSide, count: int = 3, *, by: str = "wanda") -> list[str]:
    """So many proposals of 50.00 each; gives their ids, the longest waiting first."""
    parcel, payment = order()["shipments"][0], order()["payments"][0]
    await staff.put_order(
        "EKR-2",
        lines=[line(quantity=count, unit_price=5_000, tax=0)],
        discount=0,
        payments=[payment | {"captured": 5_000 * count, "reference": "pi_2"}],
        shipments=[parcel | {"lines": [{"line_id": "L1", "quantity": count}]}],
    )
    paths = [await inspected(staff, await staff.open_return("EKR-2"), by=by) for _ in range(count)]
    return [path.rpartition("/")[2] for path in paths]


async def states(staff: StaffSide) -> list[str]:
    return sorted(one["state"] for one in await staff.refunds())


class TestABatch:
    async def test_names_count_and_sum_before_and_what_became_of_each_after(self, staff: StaffSide):
        await plain(staff)
        fay = await finance(staff)
        await fay.open("/admin/approvals")
        assert "3 plain refunds, $150.00 in all" in fay.text
        assert 'data-key="b"' in fay.text

        await fay.send(BATCH)
        assert "Approve 3 refunds, $150.00" in fay.text
        assert await states(staff) == ["proposed"] * 3

        confirmed = fay.form(BATCH)
        await fay.send(BATCH, form=confirmed)
        assert "3 refunds approved, $150.00 in all" in fay.text
        assert await states(staff) == ["approved"] * 3

        # Sent again, nothing more happens.
        await fay.send(BATCH, form=confirmed)
        assert "Nothing was approved." in fay.text
        assert fay.text.count("Changed meanwhile") == 3

    async def test_takes_those_that_were_chosen(self, staff: StaffSide):
        first, *_ = await plain(staff)
        fay = await finance(staff)
        await fay.open("/admin/approvals")
        await fay.send(BATCH, refund=[first])
        assert "Approve 1 refund, $50.00" in fay.text

        await fay.send(BATCH)
        assert await states(staff) == ["approved", "proposed", "proposed"]

    async def test_sums_nothing_that_is_not_alike(self, staff: StaffSide):
        dollars, *_ = await plain(staff, 1)
        yen = {**order()["payments"][0], "captured": 1000, "reference": "pi_yen"}
        parcel = order()["shipments"][0] | {"lines": [{"line_id": "L1", "quantity": 1}]}
        lines = [line(quantity=1, unit_price=1000, tax=0)]
        shop = {"discount": 0, "payments": [yen], "shipments": [parcel], "currency": "JPY"}
        await staff.put_order("EKR-3", lines=lines, **shop)
        path = await inspected(staff, await staff.open_return("EKR-3"))
        fay = await finance(staff)

        answer = await fay.open(f"{BATCH}?refund={dollars}&refund={path.rpartition('/')[2]}")

        assert answer.status_code == 422
        assert "one kind of return, in one currency" in fay.text
        assert "in all" not in fay.text
        assert "Approve 2 refunds" not in fay.text

    async def test_leaves_out_what_wants_a_look_by_now(self, staff: StaffSide):
        first, *_ = await plain(staff)
        fay = await finance(staff)
        await fay.open("/admin/approvals")
        chosen = fay.form(BATCH)
        await fay.send(BATCH, form=chosen)
        confirmed = fay.form(BATCH)
        await fay.open(f"/admin/approvals/{first}")
        await fay.send(f"/admin/approvals/{first}/hold", hold_reason="Wait.")

        await fay.send(BATCH, form=confirmed)
        assert "2 refunds approved, $100.00 in all" in fay.text
        assert fay.text.count("Changed meanwhile") == 1
        await fay.send(BATCH, form=chosen)
        assert "3 of those chosen want a look of their own" in fay.text

    async def test_is_not_offered_of_ones_own_inspections(self, staff: StaffSide):
        both = await staff.signed_in("mara", Role.MANAGER)
        await plain(staff, by="mara")
        await both.open("/admin/approvals")
        assert "You inspected it" in both.text
        assert "plain refunds" not in both.text

        fay = await finance(staff)
        await fay.open("/admin/approvals")
        assert "plain refunds" in fay.text

    async def test_of_nothing_says_so(self, staff: StaffSide):
        fay = await finance(staff)
        await fay.open(BATCH)

        assert "Nothing is chosen." in fay.text
