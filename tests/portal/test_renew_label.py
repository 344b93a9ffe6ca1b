"""A label that was not used in time: its page leads on, and so does the mail."""

from datetime import timedelta

from returns_engine.tables.returns import Return
from returns_engine.workflow.expire_labels import expire_labels
from tests.api.orders import NOW
from tests.portal.test_case import ask
from tests.workflow.orders import asked
from tests.workflow.shop import opened
from tests.workflow.test_reminders import a_warehouse, printed_label

ASK = "Make me a new label"


async def run_out(portal):
    """A customer on the page of a return whose label was not used in time."""
    visitor = await portal.signed_in()
    number = await ask(visitor, condition__L1="as_received")
    await a_warehouse()
    await printed_label(number, clock=lambda: NOW - timedelta(days=15))
    assert await expire_labels(now=NOW) == 1
    await visitor.open(f"/returns/{number}")
    return visitor, number


class TestALabelThatRanOut:
    async def test_is_followed_by_a_new_one_in_one_tap(self, portal):
        visitor, number = await run_out(portal)
        assert "Your turn" in visitor.text
        assert ASK in visitor.text
        assert "What you send back" not in visitor.text
        form = visitor.form(f"/returns/{number}/renew-label")

        for _ in range(2):
            await visitor.send(f"/returns/{number}/renew-label", form=form)
            assert "Your new label is being made. It comes by mail too." in visitor.text
        assert ASK not in visitor.text

        await printed_label(number, clock=lambda: NOW)
        await visitor.open(f"/returns/{number}")
        assert "Open the label (PDF)" in visitor.text
        assert "A new label was asked for." in visitor.text

    async def test_says_so_where_the_items_are_in_another_return_by_now(self, portal):
        visitor, number = await run_out(portal)
        await opened(asked(quantity=2))

        await visitor.send(f"/returns/{number}/renew-label")

        assert "You asked for this in another return meanwhile" in visitor.text
        kept = await Return.select(Return.state).where(Return.number == number).first()
        assert kept == {"state": "expired"}
