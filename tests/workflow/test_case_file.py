"""A case written out: whole, readable on paper, and to be checked anywhere."""

import copy
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from returns_engine.gateways.anchor_store.folder import AnchorFolder
from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.labels.dossier import render_dossier
from returns_engine.queries.case_check import NoCaseFile, check_case_file
from returns_engine.queries.case_file import read_case_file
from returns_engine.rules.actor import SYSTEM
from returns_engine.workflow.anchor_record import anchor_record
from returns_engine.workflow.case_dossier import case_dossier
from returns_engine.workflow.erase_order import Why, erase_order
from returns_engine.workflow.write_message import write_message
from tests.workflow.orders import NOW, a_payment, an_order
from tests.workflow.shop import DANA, opened, put_order, value
from tests.workflow.test_audit import by_sql, write_anew
from tests.workflow.test_record import a_whole_case

pytestmark = pytest.mark.usefixtures("database")
KEY = "k" * 40


async def written_out(number: str) -> dict[str, Any]:
    """The case as it comes out of the file again."""
    case = await read_case_file(number, now=NOW)
    assert case is not None
    assert case["exported_at"] == "2026-03-30T12:00:00Z"
    return json.loads(json.dumps(case, ensure_ascii=False))


def text_of(pdf: bytes) -> str:
    """All that is printed, lines joined: a long word may be broken anywhere."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).split())


@pytest.fixture
async def case(tmp_path: Path) -> dict[str, Any]:
    return await written_out(await a_whole_case(DirectoryPhotoStore(tmp_path / "photos")))


class TestACaseFile:
    async def test_holds_what_belongs_to_the_return(self, case: dict[str, Any], tmp_path: Path):
        assert case["order"]["number"] == "EKR-1001"
        assert case["customer"]["name"] == "Dana Reyes"
        assert case["return"]["decision"]["lines"][0]["rules"][0]["clause"]
        assert case["inspections"][0]["note"] == "a secret note"
        assert case["refunds"][0]["amount"] == 5
        assert case["comments"] == [{"line_id": "L1", "text": "a secret comment"}]
        assert {one["direction"] for one in case["messages"]} == {"in", "out"}
        (photo,) = case["photos"]
        file = next((tmp_path / "photos").rglob(f"{photo['id']}.jpg"))
        assert photo["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()

    async def test_is_checked_without_a_database(self, case: dict[str, Any]):
        report = check_case_file(case)

        assert (report.problems, report.chains) == ([], 2)
        assert report.events == sum(len(chain["events"]) for chain in case["chains"])

    async def test_of_nobody_is_none(self):
        assert await read_case_file("RMA-00000000", now=NOW) is None

    async def test_still_verifies_and_prints_when_the_person_is_erased(
        self, case: dict[str, Any], tmp_path: Path
    ):
        await erase_order(
            await value("SELECT id FROM orders"),
            why=Why.REQUESTED,
            photos=DirectoryPhotoStore(tmp_path / "photos"),
            actor=SYSTEM,
            now=NOW,
            even_open=True,
        )
        erased = await written_out(case["return_number"])

        assert check_case_file(erased).ok
        assert erased["customer"] is None
        printed = text_of(render_dossier(case_dossier(erased, merchant="EKR")))
        assert "Customer erased" in printed
        assert "secret" not in printed


def _edit(case: dict[str, Any]) -> None:
    case["chains"][0]["events"][1]["body"]["data"]["amount"] = 1


def _delete(case: dict[str, Any]) -> None:
    del case["chains"][0]["events"][1]


def _cut(case: dict[str, Any]) -> None:
    case["chains"][0]["events"].pop()


def _say(case: dict[str, Any]) -> None:
    spoken = next(one for one in case["chains"][0]["events"] if one["text"])
    spoken["text"] = "Never mind."


class TestAnEditedFile:
    @pytest.mark.parametrize(
        ("tamper", "fault"),
        [(_edit, "edited"), (_delete, "gap"), (_cut, "cut_tail"), (_say, "text_edited")],
    )
    async def test_is_found(
        self, case: dict[str, Any], tamper: Callable[[dict[str, Any]], None], fault: str
    ):
        forged = copy.deepcopy(case)
        tamper(forged)

        assert [problem.fault for problem in check_case_file(forged).problems] == [fault]

    @pytest.mark.parametrize(
        "document",
        [
            None,
            [],
            {},
            {"format": "returns-engine-case/1"},
            {"format": "returns-engine-case/1", "chains": [{"chain": "x", "events": [1]}]},
        ],
    )
    async def test_that_is_none_is_refused(self, document: object):
        with pytest.raises(NoCaseFile):
            check_case_file(document)


class TestAgainstAnchors:
    async def test_a_chain_written_anew_before_it_was_exported_is_found(
        self, database_url: str, tmp_path: Path
    ):
        await put_order()
        number = await opened()
        await write_message(number, message="Thanks.", actor=DANA, now=NOW)
        folder = AnchorFolder(tmp_path)
        await anchor_record(folder=folder, key=KEY, now=NOW)
        before = await written_out(number)
        assert check_case_file(before, anchors=folder.kept(), key=KEY).ok
        await by_sql(database_url, lambda sql, chain: write_anew(sql, chain, extra=True), number)

        after = await written_out(number)
        assert check_case_file(after).ok
        (problem,) = check_case_file(after, anchors=folder.kept(), key=KEY).problems
        assert (problem.chain, problem.fault) == (number, "rewritten_since_anchor")


class TestTheDossier:
    async def test_says_it_all_on_paper(self, case: dict[str, Any]):
        pdf = render_dossier(case_dossier(case, merchant="EKR"))
        printed = text_of(pdf)

        for said in (
            f"Return {case['return_number']}",
            "Dana Reyes",
            "2 × Seat covers, Ford F-150, black",
            "pass: " + case["return"]["decision"]["lines"][0]["rules"][0]["says"],
            "“a secret note”",
            "0.05 USD, succeeded",
            "clause return.window",
            "paid as PP-1",
            "return.requested by",
            f"{case['chains'][0]['count']} events",
            "page 2",
        ):
            assert said in printed, said
        squeezed = printed.replace(" ", "")
        assert case["photos"][0]["sha256"] in squeezed
        assert case["chains"][0]["head"] in squeezed

    async def test_prints_any_script_and_words_of_any_length(self):
        customer = {
            "email": "t@example.com",
            "phone": None,
            "name": "山田 太郎",
            "account_id": None,
        }
        payment = a_payment(provider="external")
        await put_order(document=an_order(payments=[payment], customer=customer))
        number = await opened()
        for words in ("Grüße aus Ελλάδα и 山田", "x" * 2000, "many words " * 180, "a\nb\u202ec"):
            await write_message(number, message=words, actor=DANA, now=NOW + timedelta(1))
        pdf = render_dossier(case_dossier(await written_out(number), merchant="EKR"))

        printed = text_of(pdf)
        for said in ("山田 太郎", "Grüße aus Ελλάδα и 山田"):
            assert said in printed, said
        assert printed.replace(" ", "").count("x" * 100) >= 1
