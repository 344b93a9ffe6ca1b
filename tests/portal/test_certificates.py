"""The public page of a certificate: what it says to anybody, and that it says no more."""

from typing import Any

import pytest

from returns_engine.rules.certificate_code import certificate_code, grouped_code
from tests.portal.conftest import Portal, Visitor
from tests.workflow.certified import code_of, paid_outside, write_papers
from tests.workflow.shop import rows

UNKNOWN = grouped_code(certificate_code(7))
WE_KNOW_NONE = "We know no certificate with this code"


@pytest.fixture
async def certified(portal: Portal) -> tuple[str, str]:  # noqa: ARG001 - its database
    """The RMA number of a return with a certificate, and the code as it is printed."""
    number = await paid_outside("EKR-7")
    await write_papers(number)
    return number, grouped_code(await code_of(number))


class TestThePublicPage:
    async def test_tells_anybody_that_the_paper_is_genuine(self, portal: Portal, certified: Any):
        number, code = certified
        visitor = portal.visitor()
        answer = await visitor.open(f"/certificates/{code}")

        assert answer.status_code == 200
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        for told in ("This certificate is genuine.", "$135.34", "USD", number, "CN-2026-000001"):
            assert told in visitor.text, told
        assert "March 30, 2026" in visitor.text
        # Of what was paid outside no bank ever told us anything.
        assert "We paid it ourselves" in visitor.text
        assert "the bank accepted it" not in visitor.text
        for kept_back in ("Dana", "Reyes", "EKR-7", "dana@example.com", "back-EKR-7", "Main St"):
            assert kept_back not in visitor.text

    async def test_promises_no_account_of_what_went_onto_a_gift_card(self, portal: Portal):
        number = await paid_outside("EKR-8", method="gift_card")
        await write_papers(number)
        visitor = portal.visitor()
        await visitor.open(f"/certificates/{grouped_code(await code_of(number))}")

        assert "We put it back onto the gift card" in visitor.text
        assert "On the gift card since" in visitor.text
        assert "In the account" not in visitor.text

    async def test_says_truthfully_that_the_bank_returned_the_money(
        self, portal: Portal, certified: Any
    ):
        number, code = certified
        await rows(
            "WITH ours AS (SELECT set_config('app.transition', '1', true))"
            " UPDATE refunds SET state = 'failed', sent_on = NULL FROM ours"
        )
        await write_papers(number)
        visitor = portal.visitor()
        await visitor.open(f"/certificates/{code}")

        assert "something changed" in visitor.text
        assert "was returned by the bank later" in visitor.text
        assert "takes CN-2026-000001 back" in visitor.text
        assert "March 30, 2026" in visitor.text

    async def test_is_reached_by_typing_the_code_in_any_way(self, portal: Portal, certified: Any):
        _, code = certified
        visitor = portal.visitor()
        await visitor.open("/certificates")
        await visitor.send("/certificates", code=code.lower().replace("-", " "))

        assert visitor.path == f"/certificates/{code}"
        assert "genuine" in visitor.text


class TestAWrongCode:
    async def test_is_answered_alike_whatever_is_wrong_with_it(self, portal: Portal):
        answers = []
        for typed in (UNKNOWN, "RC-0000", "nothing", "%F0%9F%92%B8", "a" * 200):
            visitor = portal.visitor()
            answers.append((await visitor.open(f"/certificates/{typed}")).status_code)
            assert WE_KNOW_NONE in visitor.text
            assert "Check a refund certificate" in visitor.text
        assert set(answers) == {404}

    async def test_in_the_form_names_the_remedy(self, portal: Portal):
        visitor = portal.visitor()
        await visitor.open("/certificates")
        empty = await visitor.send("/certificates", code=" ")
        assert empty.status_code == 422
        assert "Type the code" in visitor.text
        wrong = await visitor.send("/certificates", code="RC-1")
        assert wrong.status_code == 404
        assert 'value="RC-1"' in visitor.text

    async def test_cannot_be_tried_for_ever(self, portal: Portal):
        visitor = portal.visitor()
        limit = portal.settings.lookup_limit_address * 5
        await visitor.open(f"/certificates/{UNKNOWN}")
        await rows("UPDATE rate_limits SET hits = $1", limit)
        answer = await visitor.client.get(
            f"/certificates/{UNKNOWN}", headers={"accept": "text/html"}
        )

        assert answer.status_code == 429
        assert "Too many tries" in answer.text


class TestTheCertificateOnTheCase:
    async def test_is_for_its_owner_alone(self, portal: Portal):
        number = await paid_outside("EKR-7", customer=_dana("seven@example.com"))
        owner = await portal.signed_in("EKR-7", "seven@example.com")
        early = await owner.open(f"/returns/{number}/certificate.pdf")
        assert early.url.path == f"/returns/{number}"
        await write_papers(number)
        paper = await owner.open(f"/returns/{number}/certificate.pdf")
        assert paper.content.startswith(b"%PDF")
        other: Visitor = await portal.signed_in()
        assert (await other.open(f"/returns/{number}/certificate.pdf")).status_code == 404


def _dana(email: str) -> dict[str, Any]:
    return {"email": email, "phone": None, "name": "Dana Reyes", "account_id": None}
