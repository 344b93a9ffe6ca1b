"""What was settled about what is out of stock, or did not come, stands where the order is."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from returns_engine.queries.choice_view import read_choice
from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.choice import NOTHING_KNOWN, ChoiceKind, ChoiceOption, StockNews
from returns_engine.rules.words import ActorKind
from returns_engine.workflow.choose_option import choose_option
from returns_engine.workflow.end_choices import default_choices
from returns_engine.workflow.handle_choice import withdraw_choice
from returns_engine.workflow.offer_choice import Offer, offer_choice
from tests.api.orders import NOW, line
from tests.api.statements import every_statement
from tests.portal.conftest import Portal
from tests.portal.test_order_status import parcel

NUMBER = "EKR-7"
SOON = StockNews(restock_on=date(2026, 4, 10), restock_until=date(2026, 4, 20))
AFTER = timedelta(days=8)
COMING = "on its way to you"
LATE = "takes longer than usual"


async def asked(
    portal: Portal,
    kind: str,
    news: StockNews = NOTHING_KNOWN,
    now: datetime = NOW,
    **changes: Any,
) -> UUID:
    """Put a choice about two covers: late to leave, or shipped."""
    about = (
        {"shipments": [], "status": "processing"}
        if kind == ChoiceKind.OUT_OF_STOCK
        else {"shipments": [parcel()]}
    )
    await portal.put_order(NUMBER, reference="pi_7", **(about | changes))
    offer = Offer(kind=ChoiceKind(kind), units=[("L1", 2)], news=news)
    policy = portal.services.policy
    return await offer_choice(NUMBER, offer, actor=SYSTEM, policy=policy, now=now)


async def silence(portal: Portal) -> None:
    assert await default_choices(policy=portal.services.policy, now=NOW + AFTER) == 1


async def chosen(portal: Portal, choice_id: UUID, option: str) -> None:
    dana = Actor(kind=ActorKind.CUSTOMER, order=NUMBER)
    policy = portal.services.policy
    await choose_option(
        choice_id, option=ChoiceOption(option), sku=None, actor=dana, policy=policy, now=NOW
    )


async def return_of(choice_id: UUID) -> str:
    choice = await read_choice(choice_id)
    assert choice is not None
    return choice["return_number"]


async def pages(portal: Portal) -> tuple[str, str]:
    """Return what /order/status and /order say."""
    visitor = await portal.signed_in(NUMBER)
    said = []
    for address in ("/order/status", "/order"):
        with every_statement() as statements:
            answer = await visitor.open(address)
        assert answer.status_code == 200
        assert len(statements) <= 8
        said.append(" ".join(visitor.text.split("<main", 1)[1].split()))
    return said[0], said[1]


class TestWhatWasNotDelivered:
    async def test_says_that_the_customer_chooses_and_until_when(self, portal: Portal):
        await asked(portal, "undeliverable")

        for page in await pages(portal):
            assert "We could not deliver your parcel." in page
            assert page.count("hoose by the end of April 6, 2026.") == 1
            assert "Choose now" in page
            assert COMING not in page
            assert "It usually arrives" not in page

    async def test_says_what_silence_meant_and_leads_to_the_refund(self, portal: Portal):
        choice_id = await asked(portal, "undeliverable")
        await silence(portal)

        status, start = await pages(portal)
        for page in (status, start):
            assert "We could not deliver your parcel." in page
            assert "$270.69 goes back to you by the way you paid." in page
            assert "You did not choose by April 6, 2026, so this holds now." in page
            assert COMING not in page
        assert "<h1>We could not deliver your parcel.</h1>" in status
        assert f'href="/returns/{await return_of(choice_id)}"' in status
        assert "It usually arrives" not in status
        assert "How far it is" not in status

    async def test_says_that_it_is_sent_once_more(self, portal: Portal):
        choice_id = await asked(portal, "undeliverable")
        await chosen(portal, choice_id, "reship")

        status, start = await pages(portal)
        for page in (status, start):
            assert "We send the same items once more, free of charge." in page
            assert "goes back to you" not in page
            assert "You did not choose" not in page
        assert f'href="/returns/{await return_of(choice_id)}"' in status

    async def test_is_looked_at_by_a_person_once_the_choice_is_taken_back(self, portal: Portal):
        choice_id = await asked(portal, "undeliverable")
        await withdraw_choice(choice_id, reason="We ask the carrier.", actor=SYSTEM, now=NOW)

        for page in await pages(portal):
            assert "A person is looking at your request and will answer you." in page
            assert "You choose" not in page

    async def test_hides_no_other_parcel_that_is_still_to_come(self, portal: Portal):
        other = parcel(
            shipment_id="S2",
            tracking_number="1Z999AA10123456785",
            lines=[{"line_id": "L2", "quantity": 1}],
        )
        lines = [line(), line(line_id="L2", quantity=1)]
        choice_id = await asked(portal, "undeliverable", shipments=[parcel(), other], lines=lines)
        await chosen(portal, choice_id, "refund")

        status, _ = await pages(portal)

        assert "<h1>Your order is on its way to you.</h1>" in status
        assert "What became of it" in status
        assert "We could not deliver your parcel." in status
        assert status.count("It usually arrives") == 1


class TestWhatIsOutOfStock:
    async def test_says_that_the_customer_chooses_and_until_when(self, portal: Portal):
        await asked(portal, "out_of_stock", SOON)

        for page in await pages(portal):
            assert "Something you ordered is out of stock." in page
            assert page.count("hoose by the end of April 6, 2026.") == 1
            assert LATE not in page
            assert "It was to leave us" not in page

    async def test_is_waited_for_until_the_new_days(self, portal: Portal):
        await asked(portal, "out_of_stock", SOON)
        await silence(portal)

        status, start = await pages(portal)
        for page in (status, start):
            assert "Something you ordered is out of stock." in page
            assert "You wait for it: we send it as soon as it is there." in page
            assert "We expect it between April 10, 2026 and April 20, 2026." in page
            assert "You did not choose by April 6, 2026, so this holds now." in page
            assert LATE not in page
        assert "It was to leave us" not in status
        assert "Got ready" in status

    async def test_is_late_like_anything_else_once_the_new_days_are_over(self, portal: Portal):
        before = NOW - AFTER
        over = StockNews(restock_on=before.date())
        choice_id = await asked(portal, "out_of_stock", over, before)
        await chosen(portal, choice_id, "wait")

        status, _ = await pages(portal)

        assert LATE in status

    async def test_is_swapped_for_something_else(self, portal: Portal):
        choice_id = await asked(portal, "out_of_stock")
        await chosen(portal, choice_id, "swap")

        for page in await pages(portal):
            assert "You chose something else instead. We see to it." in page
            assert LATE not in page

    async def test_is_cancelled_and_leads_to_the_refund(self, portal: Portal):
        choice_id = await asked(portal, "out_of_stock")
        await chosen(portal, choice_id, "cancel")

        status, start = await pages(portal)
        for page in (status, start):
            assert "Something you ordered is out of stock. It is canceled." in page.replace(
                '</h1> <p class="lead">', " "
            )
            assert "$270.69 goes back to you by the way you paid." in page
            assert "Being prepared" not in page
        assert f'href="/returns/{await return_of(choice_id)}"' in status

    async def test_is_told_in_spanish_too(self, portal: Portal):
        await asked(portal, "out_of_stock", SOON)
        await silence(portal)
        visitor = await portal.signed_in(NUMBER)
        visitor.client.headers["accept-language"] = "es"

        await visitor.open("/order/status")

        assert "<h1>Algo de lo que pidió está agotado.</h1>" in visitor.text
        assert "Usted lo espera: se lo enviamos en cuanto llegue." in visitor.text
        assert "Usted no eligió a más tardar el" in visitor.text
