"""What the sheet of a label asks of the goods: what their decision rests on, and nothing else."""

import io

import pypdfium2
import pytest

from returns_engine.tables.returns import LabelDocument
from tests.workflow.orders import a_line, an_order, asked
from tests.workflow.shop import let_through, put_order
from tests.workflow.test_reminders import a_warehouse, printed_label

pytestmark = pytest.mark.usefixtures("database")
UNUSED = "It must not have been used"
TAGS_ON = "with tags and original packaging"
MONEY = "The money goes back by the way you paid."


async def sheet(*lines, **changes) -> str:
    """Print the label of a return of an order with two kinds of covers; return its second page."""
    await a_warehouse()
    await put_order(
        document=an_order(
            a_line("L1"), a_line("L2", kind="custom", title="Seat covers, made for your car")
        )
    )
    await printed_label(await let_through(*lines, **changes))
    row = await LabelDocument.select(LabelDocument.pdf).first()
    assert row is not None
    with pypdfium2.PdfDocument(io.BytesIO(row["pdf"])) as document:
        assert len(document) == 2
        return " ".join(document[1].get_textpage().get_text_range().split())


class TestTheSheet:
    async def test_asks_for_the_published_condition_after_a_change_of_mind(self):
        said = await sheet(asked())

        assert UNUSED in said
        assert f"as you received them, {TAGS_ON}" in said
        assert "Keep the receipt until your money is back." in said

    async def test_asks_a_seam_that_opened_for_no_condition_and_speaks_of_no_money(self):
        said = await sheet(asked("L2", cause="seam_failure"), kind="warranty")

        assert "covered for two years from delivery" in said
        assert "not spills, cuts, burns" in said
        assert "They need neither tags nor original packaging." in said
        assert "Keep the receipt until your replacement is with you." in said
        for wrong in (UNUSED, "Its tags must", TAGS_ON, MONEY, "money is back", "your bank"):
            assert wrong not in said

    async def test_does_not_hold_the_condition_of_a_defective_item_against_who_gets_money(self):
        said = await sheet(asked(reason="defective"))

        assert "tell us and we put it right" in said
        assert MONEY in said
        assert UNUSED not in said

    async def test_names_the_items_that_a_condition_holds_for_where_it_is_not_all(self):
        said = await sheet(asked("L1"), asked("L2", reason="defective"), resolution="replacement")

        assert "For 1 × Seat covers, Ford F-150, black: To be returned, an item must be" in said
        assert "For 1 × Seat covers, made for your car: If it arrived defective" in said
        assert f"For 1 × Seat covers, Ford F-150, black: {MONEY}" in said
        assert "until your money and your replacement are with you" in said

    async def test_names_what_came_where_it_was_not_what_was_ordered(self):
        said = await sheet(asked(reason="wrong_item"))

        assert "1 the item you received instead of Seat covers, Ford F-150, black" in said
        assert "EKR-L1" not in said
        assert "all your money back, or the right item with a gift" in said
