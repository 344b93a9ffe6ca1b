"""The instructions of a label are in the language that the customer reads."""

import io

import pypdfium2
import pytest

from returns_engine.tables.orders import Order
from returns_engine.tables.returns import LabelDocument
from tests.workflow.shop import opened, put_order
from tests.workflow.test_reminders import a_warehouse, printed_label

pytestmark = pytest.mark.usefixtures("database")


async def instructions(language: str | None) -> str:
    """Print the label of a customer who reads a language, and return its second page."""
    await a_warehouse()
    await put_order()
    await Order.update({Order.language: language}, force=True)
    await printed_label(await opened())
    row = await LabelDocument.select(LabelDocument.pdf).first()
    assert row is not None
    with pypdfium2.PdfDocument(io.BytesIO(row["pdf"])) as document:
        return " ".join(document[1].get_textpage().get_text_range().split())


class TestTheInstructions:
    async def test_speak_the_language_kept_with_the_order(self):
        said = await instructions("es")

        assert "Cómo devolverlo" in said
        assert "Cambié de opinión" in said
        assert "Debe llevar todavía sus etiquetas." in said
        assert "Its tags" not in said

    @pytest.mark.parametrize("language", [None, "en", "fr"])
    async def test_speak_english_where_none_is_kept_that_we_print(self, language):
        said = await instructions(language)

        assert "How to send it back" in said
        assert "Changed my mind" in said
        assert "Its tags must still be on it." in said
