import re
from datetime import timedelta

import pytest

from returns_engine.queries.rows import loaded
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.choice import NOTHING_KNOWN, ChoiceKind
from returns_engine.tables.messages import Message
from returns_engine.workflow.account_links import Account, account_link, account_of_link
from returns_engine.workflow.offer_choice import Offer, offer_choice
from tests.api.orders import NOW, order
from tests.api.statements import every_statement
from tests.portal.conftest import Portal, Visitor
from tests.portal.test_order_status import parcel

SAME_FOR_ALL = "If orders were bought with an account under this address"


def with_account(email: str = "ana@example.com") -> dict[str, object]:
    return {"customer": order()["customer"] | {"email": email, "account_id": "A1"}}


async def links(portal: Portal) -> list[str]:
    """Return the links that were mailed, the newest last."""
    sent = (
        await Message.select(Message.context)
        .where(Message.template == "account_link")
        .order_by(Message.created_at)
    )
    assert portal
    return [loaded(row["context"])["link"] for row in sent]


async def asked_for(portal: Portal, email: str) -> Visitor:
    visitor = portal.visitor()
    await visitor.open("/my-orders")
    await visitor.send("/my-orders", email=email)
    return visitor


@pytest.fixture
async def shop(portal: Portal) -> Portal:
    """Two orders of Ana's account, one she bought as a guest, and one of another account."""
    for number in ("EKR-61", "EKR-62"):
        await portal.put_order(number, reference=f"pi_{number}", **with_account())
    await portal.put_order("EKR-63", reference="pi_63", email="ana@example.com")
    await portal.put_order("EKR-64", reference="pi_64", **with_account("bob@example.com"))
    return portal


class TestMyOrders:
    async def test_are_all_those_of_the_account_and_open_without_a_code(self, shop: Portal) -> None:
        visitor = await asked_for(shop, " Ana@Example.com ")
        assert SAME_FOR_ALL in visitor.text
        [link] = await links(shop)

        await visitor.open(f"/my-orders/enter/{link}")

        assert visitor.path == "/my-orders"
        assert [number in visitor.text for number in ("EKR-61", "EKR-62")] == [True, True]
        assert [number in visitor.text for number in ("EKR-63", "EKR-64")] == [False, False]
        await visitor.send("/my-orders/open", order="EKR-61", form=visitor.form("/my-orders/open"))
        assert visitor.path == "/order/status"
        assert "Order EKR-61" in visitor.text

    async def test_of_others_do_not_open(self, shop: Portal) -> None:
        visitor = await asked_for(shop, "ana@example.com")
        await visitor.open(f"/my-orders/enter/{(await links(shop))[0]}")
        form = visitor.form("/my-orders/open")

        for number in ("EKR-63", "EKR-64", "EKR-0"):
            await visitor.send("/my-orders/open", order=number, form=form)
            assert visitor.path == "/my-orders"
            assert "returns_customer" not in visitor.client.cookies

    async def test_are_asked_for_with_the_same_answer_by_anybody(self, shop: Portal) -> None:
        for stranger in ("nobody@example.com", "dana@example.com"):
            visitor = await asked_for(shop, stranger)
            assert SAME_FOR_ALL in visitor.text
            assert "@" not in str(visitor.page and visitor.page.url)
        assert await links(shop) == []

    async def test_need_an_address(self, shop: Portal) -> None:
        visitor = await asked_for(shop, "ana")

        assert visitor.page is not None
        assert visitor.page.status_code == 422
        assert "Enter the e-mail address of your account." in visitor.text

    async def test_are_gone_from_the_device_after_signing_out(self, shop: Portal) -> None:
        visitor = await asked_for(shop, "ana@example.com")
        await visitor.open(f"/my-orders/enter/{(await links(shop))[0]}")

        await visitor.send("/my-orders/leave")

        assert "You are signed out on this device." in visitor.text
        await visitor.open("/my-orders")
        assert "EKR-61" not in visitor.text

    @pytest.mark.parametrize("way_out", ["/sign-out", "/my-orders/leave"])
    async def test_and_the_order_that_was_opened_are_shut_by_whichever_sign_out(
        self, shop: Portal, way_out: str
    ) -> None:
        visitor = await asked_for(shop, "ana@example.com")
        await visitor.open(f"/my-orders/enter/{(await links(shop))[0]}")
        form = visitor.form("/my-orders/open")
        await visitor.send("/my-orders/open", order="EKR-61", form=form)
        if way_out == "/my-orders/leave":
            await visitor.open("/my-orders")

        left = await visitor.send(way_out)

        assert "You are signed out on this device." in visitor.text
        # What others keep for the same host stays: cookies and storage of the staff's side.
        assert left.history[0].headers["clear-site-data"] == '"cache"'
        await visitor.open("/my-orders")
        assert "EKR-61" not in visitor.text
        assert (await visitor.open("/order")).url.path == "/"

    async def test_cannot_be_asked_for_without_end(self, shop: Portal) -> None:
        most = shop.settings.lookup_limit_contact
        answers = [await asked_for(shop, "ana@example.com") for _ in range(most + 1)]

        assert [one.page and one.page.status_code for one in answers] == [200] * most + [429]


@pytest.fixture
async def visitor(shop: Portal) -> Visitor:
    """Ana at her orders: one arrived, one is out of stock, one not delivered, one canceled."""
    waits = with_account() | {"shipments": [], "status": "processing"}
    await shop.put_order("EKR-65", reference="pi_65", **waits)
    await shop.put_order("EKR-66", reference="pi_66", shipments=[parcel()], **with_account())
    await shop.put_order("EKR-67", reference="pi_67", **waits | {"status": "canceled"})
    for number, kind in (
        ("EKR-65", ChoiceKind.OUT_OF_STOCK),
        ("EKR-66", ChoiceKind.UNDELIVERABLE),
    ):
        offer = Offer(kind=kind, units=[("L1", 2)], news=NOTHING_KNOWN)
        policy = shop.services.policy
        await offer_choice(number, offer, actor=SYSTEM, policy=policy, now=NOW)
    visitor = await asked_for(shop, "ana@example.com")
    await visitor.open(f"/my-orders/enter/{(await links(shop))[0]}")
    return visitor


def said_of(visitor: Visitor, number: str) -> str:
    """Return what the page says of an order, as text."""
    [panel] = [one for one in visitor.text.split("<section")[1:] if f'value="{number}"' in one]
    return " ".join(re.sub(r"<[^>]+>", " ", panel.partition("<form")[0]).split())


class TestWhereEachStands:
    async def test_is_said_as_on_its_own_page(self, visitor: Visitor) -> None:
        for number, says in {
            "EKR-61": "Your order has arrived.",
            "EKR-65": "Something you ordered is out of stock. You choose what we do.",
            "EKR-66": "We could not deliver your parcel. You choose what we do.",
            "EKR-67": "This order was canceled; nothing more is sent. You paid $270.69 for it.",
        }.items():
            await visitor.open("/my-orders")
            listed = said_of(visitor, number)
            assert says in listed
            assert "Being prepared" not in listed
            form = visitor.form("/my-orders/open")
            await visitor.send("/my-orders/open", order=number, form=form)
            assert says.split(".")[0] in visitor.text

    async def test_is_said_in_spanish_too(self, visitor: Visitor) -> None:
        await visitor.open("/language?speak=es&back=/my-orders")

        assert "Algo de lo que pidió está agotado." in said_of(visitor, "EKR-65")
        assert "270.69" in said_of(visitor, "EKR-67")

    async def test_is_read_at_once_for_all_of_them(self, shop: Portal, visitor: Visitor) -> None:
        with every_statement() as few:
            await visitor.open("/my-orders")
        for n in range(70, 80):
            await shop.put_order(f"EKR-{n}", reference=f"pi_{n}", **with_account())
        with every_statement() as many:
            await visitor.open("/my-orders")

        assert "EKR-79" in visitor.text
        assert len(many) == len(few)


class TestTheLink:
    async def test_lives_half_an_hour_and_for_the_address_it_was_mailed_to(
        self, shop: Portal
    ) -> None:
        await asked_for(shop, "ana@example.com")
        key = shop.settings.secret_key
        [link] = await links(shop)
        account = await account_of_link(link, NOW, secret_key=key)

        assert account is not None
        assert account.email == "ana@example.com"
        assert "ana" not in link
        other = account_link(
            Account(order_id=account.order_id, email="bob@example.com", since=NOW),
            NOW,
            secret_key=key,
        )
        late = NOW.replace(hour=NOW.hour + 1)
        assert await account_of_link(link, late, secret_key=key) is None
        assert await account_of_link(other, NOW, secret_key=key) is None
        for text in ("", "1.2.3.4", "1.2.3.4.5", link[:-1], link + "0"):
            assert await account_of_link(text, NOW, secret_key=key) is None

    async def test_is_renewed_by_use_for_twelve_hours_and_no_longer(self, shop: Portal) -> None:
        await asked_for(shop, "ana@example.com")
        key = shop.settings.secret_key
        [link] = await links(shop)

        now = NOW
        while account := await account_of_link(link, now, secret_key=key):
            link = account_link(account, now, secret_key=key)
            now += timedelta(minutes=25)
        assert timedelta(hours=12) < now - NOW < timedelta(hours=12, minutes=25)
