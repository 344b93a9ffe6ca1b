"""The page behind the link of a choice: no sign-in, one choice, and nothing by merely looking."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest

from returns_engine.queries.choice_view import read_choice
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.choice import NOTHING_KNOWN, ChoiceKind, StockNews
from returns_engine.tables.returns import Return
from returns_engine.workflow.choice_links import choice_path
from returns_engine.workflow.end_choices import default_choices
from returns_engine.workflow.handle_choice import withdraw_choice
from returns_engine.workflow.offer_choice import Offer, offer_choice
from tests.api.orders import NOW
from tests.api.statements import every_statement
from tests.portal.conftest import Portal, Visitor

SOON = StockNews(restock_on=date(2026, 4, 10), restock_until=date(2026, 4, 20))
NUMBER = "EKR-7"


async def asked(
    portal: Portal, news: StockNews = NOTHING_KNOWN, *, skus: tuple[str, ...] = ()
) -> UUID:
    """Put a choice about two covers that were not shipped."""
    await portal.put_order(NUMBER, reference="pi_7", shipments=[], status="processing")
    offer = Offer(kind=ChoiceKind.OUT_OF_STOCK, units=[("L1", 2)], news=news, swap_skus=skus)
    policy = portal.services.policy
    return await offer_choice(NUMBER, offer, actor=SYSTEM, policy=policy, now=NOW)


def link(portal: Portal, choice_id: UUID) -> str:
    return choice_path(choice_id, secret_key=portal.settings.secret_key)


async def opened(portal: Portal, choice_id: UUID) -> Visitor:
    visitor = portal.visitor()
    answer = await visitor.open(link(portal, choice_id))
    assert answer.status_code == 200, visitor.text
    return visitor


async def state(choice_id: UUID) -> str:
    found = await read_choice(choice_id)
    assert found is not None
    return found["state"]


class TestTheLink:
    async def test_shows_the_options_with_dates_and_money_to_somebody_who_is_not_signed_in(
        self, portal: Portal
    ):
        visitor = await opened(portal, await asked(portal, SOON, skus=("EKR-GRY",)))

        assert "between April 10, 2026 and April 20, 2026" in visitor.text
        assert "$270.69" in visitor.text
        assert "EKR-GRY" in visitor.text
        assert "If you choose nothing by the end of April 6, 2026, we take it that" in visitor.text

    async def test_shows_nobodys_name_or_address(self, portal: Portal):
        choice_id = await asked(portal)
        visitor = await opened(portal, choice_id)

        for personal in ("Dana", "dana@", "Main St", "60601", "3125550123"):
            assert personal not in visitor.text + link(portal, choice_id)

    async def test_changes_nothing_by_being_opened_and_looked_at(self, portal: Portal):
        choice_id = await asked(portal)
        for method in ("GET", "HEAD", "GET"):
            await portal.visitor().client.request(method, link(portal, choice_id))

        assert await state(choice_id) == "open"

    async def test_is_no_link_once_a_letter_of_it_differs(self, portal: Portal):
        choice_id = await asked(portal)
        known = link(portal, choice_id)
        signature = known.rpartition(".")[2]
        other = f"{'1' if signature[0] == '0' else '0'}{signature[1:]}"
        nobody = UUID("00000000-0000-4000-8000-000000000000")
        for wrong in (
            known.replace(signature, other),
            known.replace(f".{signature}", ""),
            known.replace(str(choice_id), str(choice_id).upper()),
            f"{known}0",
            link(portal, nobody),
            f"/choices/{nobody}.{signature}",
            "/choices/x",
        ):
            answer = await portal.visitor().open(wrong)
            assert answer.status_code == 404, wrong
            assert "There is nothing here" in answer.text

    async def test_takes_no_choice_without_the_forms_own_token(self, portal: Portal):
        choice_id = await asked(portal)
        answer = await portal.visitor().client.post(
            link(portal, choice_id), data={"option": "cancel"}
        )

        assert answer.status_code == 403
        assert await state(choice_id) == "open"

    async def test_asks_the_database_eight_times_at_most(self, portal: Portal):
        path = link(portal, await asked(portal, SOON, skus=("EKR-GRY",)))
        with every_statement() as said:
            await portal.visitor().open(path)

        assert 1 < len(said) <= 8, "\n\n".join(said)


class TestChoosing:
    async def test_to_cancel_shows_what_goes_back_and_where_to_follow_it(self, portal: Portal):
        choice_id = await asked(portal)
        visitor = await opened(portal, choice_id)
        await visitor.send(link(portal, choice_id), option="cancel")

        assert visitor.path == link(portal, choice_id)
        assert "$270.69 goes back to you" in visitor.text
        assert re.search(r'href="/returns/RMA-', visitor.text)
        assert await Return.count() == 1

    async def test_names_the_item_in_one_tap(self, portal: Portal):
        choice_id = await asked(portal, skus=("EKR-GRY", "EKR:RED"))
        visitor = await opened(portal, choice_id)
        await visitor.send(link(portal, choice_id), option="swap:EKR:RED")

        assert "You take EKR:RED instead." in visitor.text

    @pytest.mark.parametrize("option", ["wait", "swap:EKR-RED"])
    async def test_of_what_opens_no_return_leads_on_to_the_order(self, portal: Portal, option: str):
        choice_id = await asked(portal, skus=("EKR-GRY", "EKR-RED"))
        visitor = await opened(portal, choice_id)
        await visitor.send(link(portal, choice_id), option=option)

        assert '<a class="btn btn-primary" href="/order/status">' in visitor.text
        assert await Return.count() == 0

    async def test_needs_something_chosen(self, portal: Portal):
        choice_id = await asked(portal, skus=("EKR-GRY",))
        visitor = await opened(portal, choice_id)
        for nonsense in ({}, {"option": "reship"}, {"option": "swap"}, {"option": "swap:OTHER"}):
            answer = await visitor.send(link(portal, choice_id), **nonsense)

            assert answer.status_code == 422
            assert "Choose one of these, then send it." in visitor.text
        assert await state(choice_id) == "open"

    async def test_a_second_time_changes_nothing(self, portal: Portal):
        choice_id = await asked(portal)
        first, second = await opened(portal, choice_id), await opened(portal, choice_id)
        await first.send(link(portal, choice_id), option="wait")
        answer = await second.send(link(portal, choice_id), option="cancel")

        assert answer.status_code == 409
        assert "settled already" in answer.text
        assert "Wait for it" in answer.text
        assert '<input type="radio"' not in answer.text
        assert await Return.count() == 0

    async def test_the_same_a_second_time_is_answered_as_the_first(self, portal: Portal):
        choice_id = await asked(portal, skus=("EKR-GRY", "EKR-RED"))
        visitor = await opened(portal, choice_id)
        form = visitor.form(link(portal, choice_id))
        for _ in range(2):
            await visitor.send(link(portal, choice_id), form=form, option="swap:EKR-RED")
            assert "You take EKR-RED instead." in visitor.text
            assert "settled already" not in visitor.text

        await visitor.send(link(portal, choice_id), form=form, option="swap:EKR-GRY")
        assert "settled already" in visitor.text

    async def test_after_the_default_shows_the_default(self, portal: Portal):
        choice_id = await asked(portal)
        visitor = await opened(portal, choice_id)
        late = NOW + timedelta(days=8)
        await default_choices(policy=portal.services.policy, now=late)
        answer = await visitor.send(link(portal, choice_id), option="wait")

        assert answer.status_code == 409
        assert "Not chosen by April 6, 2026" in answer.text
        assert "It is canceled. $270.69 goes back to you" in answer.text

    async def test_ends_when_it_is_taken_back(self, portal: Portal):
        choice_id = await asked(portal)
        await withdraw_choice(choice_id, reason="It came in.", actor=SYSTEM, now=NOW)
        visitor = await opened(portal, choice_id)

        assert "There is nothing to choose any more." in visitor.text

    async def test_ends_when_it_was_shipped_meanwhile(self, portal: Portal):
        choice_id = await asked(portal)
        visitor = await opened(portal, choice_id)
        await portal.put_order(NUMBER, reference="pi_7")
        answer = await visitor.send(link(portal, choice_id), option="cancel")

        assert answer.status_code == 409
        assert "Meanwhile it was shipped" in answer.text


class TestAParcelThatCannotBeDelivered:
    @pytest.mark.parametrize(
        ("option", "says"),
        [("refund", "$270.69 goes back to you"), ("reship", "with a phone case on top")],
    )
    async def test_is_paid_back_or_sent_again(self, portal: Portal, option: str, says: str):
        offer = Offer(kind=ChoiceKind.UNDELIVERABLE, units=[("L1", 2)])
        choice_id = await offer_choice(
            "EKR-1001", offer, actor=SYSTEM, policy=portal.services.policy, now=NOW
        )
        visitor = await opened(portal, choice_id)
        assert "a phone case on top" in visitor.text
        await visitor.send(link(portal, choice_id), option=option)

        assert says in visitor.text


class TestTheCustomersOtherPages:
    async def test_lead_to_an_open_choice_of_the_order(self, portal: Portal):
        choice_id = await asked(portal)
        visitor = await portal.signed_in(NUMBER)
        await visitor.open("/order")
        assert link(portal, choice_id) in visitor.text
        assert "Please choose by the end of April 6, 2026." in visitor.text

        await visitor.open(link(portal, choice_id))
        await visitor.send(link(portal, choice_id), option="cancel")
        await visitor.open("/order")
        assert link(portal, choice_id) not in visitor.text

    async def test_say_until_when_to_choose_once(self, portal: Portal):
        await asked(portal)
        visitor = await portal.signed_in(NUMBER)

        for page in ("/order", "/order/status"):
            await visitor.open(page)
            assert visitor.text.count("Please choose by the end of April 6, 2026.") == 1

    async def test_tell_of_the_units_that_still_wait(self, portal: Portal):
        choice_id = await asked(portal, skus=("EKR-GRY",))
        visitor = await portal.signed_in(NUMBER)
        await visitor.open("/order?kind=cancellation&take=L1&quantity.L1=1")
        await visitor.send("/order/details", quantity__L1="1", why__L1="late")
        await visitor.send("/order/send")

        for page in ("/order", "/order/status"):
            await visitor.open(page)
            assert "<p>1 × Seat covers, Ford F-150, black." in visitor.text
            assert "2 × Seat covers" not in visitor.text
        await visitor.open(link(portal, choice_id))
        await visitor.send(link(portal, choice_id), option="swap:EKR-GRY")
        assert "1 × Seat covers" in visitor.text
        assert "2 × Seat covers" not in visitor.text
        found = await read_choice(choice_id)
        assert found is not None
        assert [one["quantity"] for one in found["lines"]] == [1], "its mail reads them too"
        await visitor.open("/order/status")
        assert "2 × Seat covers" not in visitor.text

    async def test_show_it_with_the_return_it_is_about_and_afterwards_what_was_chosen(
        self, portal: Portal
    ):
        offer = Offer(kind=ChoiceKind.UNDELIVERABLE, units=[("L1", 2)])
        choice_id = await offer_choice(
            "EKR-1001", offer, actor=SYSTEM, policy=portal.services.policy, now=NOW
        )
        found = await read_choice(choice_id)
        assert found is not None
        visitor = await portal.signed_in()
        with every_statement() as said:
            await visitor.open(f"/returns/{found['return_number']}")
        assert len(said) <= 8, "\n\n".join(said)
        assert "We could not deliver it: what shall we do?" in visitor.text
        assert "Please choose what we shall do" in visitor.text

        await visitor.open(link(portal, choice_id))
        await visitor.send(link(portal, choice_id), option="refund")
        await visitor.open(f"/returns/{found['return_number']}")
        assert "It follows from what was chosen:" in visitor.text
        assert "You chose what we shall do." in visitor.text
