"""The certificate of a return's refunds: printed once for what holds, and no longer than it may."""

import asyncio

import pypdfium2
import pytest

from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.labels.dossier import render_dossier
from returns_engine.queries.case_file import read_case_file
from returns_engine.queries.certificates import read_certificate_pdf, read_public_certificate
from returns_engine.rules.actor import SYSTEM
from returns_engine.workflow.case_dossier import case_dossier
from returns_engine.workflow.erase_order import Why, erase_order
from returns_engine.workflow.sweep_papers import LOOKS_BACK, sweep_certificates
from tests.whole_database import places_of
from tests.workflow.certified import code_of, paid_outside, write_papers
from tests.workflow.orders import NOW
from tests.workflow.shop import rows, value

pytestmark = pytest.mark.usefixtures("database")


def words_of(pdf: bytes | None) -> str:
    assert pdf is not None
    document = pypdfium2.PdfDocument(pdf)
    pages = (page.get_textpage().get_text_bounded() for page in document)
    return " ".join(" ".join(pages).split())


class TestACertificate:
    async def test_says_to_whom_what_and_how_to_check(self):
        number = await paid_outside()
        await write_papers(number)
        words = words_of(await read_certificate_pdf(number))

        for told in (
            "Refund certificate",
            "Dana Reyes",
            number,
            "EKR-1001",
            "$135.34",
            "items $124.95, tax $10.39",
            "the PayPal account used to pay",
            "March 30, 2026",
            "CN-2026-000001",
            "back-EKR-1001",
            "We paid it ourselves",
            "http://shop.test/certificates",
        ):
            assert told in words, told
        for kept_back in ("dana@example.com", "+13125550123", "Main St", "Chicago"):
            assert kept_back not in words

    @pytest.mark.parametrize(
        ("method", "told"),
        [
            ("gift_card", ("We put it back onto the gift card", "On the gift card since")),
            ("paypal", ("We paid it ourselves", "Paid on")),
            ("cash", ("We paid it ourselves", "Paid on")),
        ],
    )
    async def test_promises_no_account_where_no_bank_has_the_money(
        self, method: str, told: tuple[str, ...]
    ):
        number = await paid_outside(method=method)
        await write_papers(number)
        words = words_of(await read_certificate_pdf(number))

        for one in (*told, "March 30, 2026"):
            assert one in words, one
        for untrue in ("In the account", "usually between", "the bank accepted it", "Sent on"):
            assert untrue not in words

    async def test_is_not_there_before_money_went_back(self):
        number = await paid_outside()

        assert await read_certificate_pdf(number) is None

    async def test_is_printed_once_and_keeps_its_code(self):
        number = await paid_outside()
        await asyncio.gather(*(write_papers(number) for _ in range(3)))
        code, printed = await code_of(number), await read_certificate_pdf(number)
        stamp = await value("SELECT printed_at FROM certificate_documents")
        await write_papers(number)

        assert (await code_of(number), await read_certificate_pdf(number)) == (code, printed)
        assert await value("SELECT printed_at FROM certificate_documents") == stamp
        assert await value("SELECT count(*) FROM certificates") == 1

    async def test_is_printed_anew_when_the_trace_number_comes(self):
        number = await paid_outside()
        await write_papers(number)
        code = await code_of(number)
        await rows("UPDATE refunds SET trace_number = '74123456789012345678901'")
        await write_papers(number)

        assert "74123456789012345678901" in words_of(await read_certificate_pdf(number))
        assert await code_of(number) == code

    async def test_is_named_by_its_credit_note_in_a_case_that_is_written_out(self):
        number = await paid_outside()
        await write_papers(number)
        case = await read_case_file(number, now=NOW)

        assert case is not None
        (note,) = case["refunds"][0]["credit_notes"]
        assert (note["number"], note["amount"]) == ("CN-2026-000001", 13534)
        dossier = words_of(render_dossier(case_dossier(case, merchant="EKR")))
        assert "CN-2026-000001: 135.34 USD" in dossier

    async def test_is_gone_with_the_person_and_not_printed_again(self, tmp_path, database_url: str):
        number = await paid_outside()
        await write_papers(number)
        code = await code_of(number)
        await erase_order(
            await value("SELECT id FROM orders"),
            why=Why.REQUESTED,
            photos=DirectoryPhotoStore(tmp_path),
            actor=SYSTEM,
            now=NOW,
            even_open=True,
        )
        await write_papers(number)

        assert await read_certificate_pdf(number) is None
        assert await places_of(["Dana Reyes"], database_url) == set()
        shown = await read_public_certificate(code)
        assert shown is not None
        assert shown.refunds[0]["notes"][0]["number"] == "CN-2026-000001"


class TestTheSweep:
    async def test_finds_a_certificate_that_nobody_printed_and_asks_once(self):
        number = await paid_outside()
        await write_papers(number)
        await rows("DELETE FROM procrastinate_jobs")
        later = NOW + LOOKS_BACK / 2
        assert await sweep_certificates(now=later) == 0
        await rows("DELETE FROM certificate_documents")

        assert await sweep_certificates(now=later) == 1
        assert await sweep_certificates(now=later) == 0
