from datetime import timedelta

from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind
from returns_engine.tables.engine import the_engine
from returns_engine.web.portal.label_code import LINK_LIVES, label_link, label_of_link
from returns_engine.workflow.expire_labels import expire_labels
from returns_engine.workflow.receive_parcel import ReceivedUnits, receive_parcel
from tests.api.journey import print_label
from tests.api.orders import NOW
from tests.portal.conftest import Portal, Visitor
from tests.portal.test_case import ask

KEY = "k" * 40
STAFF = Actor(kind=ActorKind.STAFF, id="1", person=1)


class TestTheLink:
    def test_opens_its_label_and_no_other_for_half_an_hour(self):
        link = label_link("RMA-1", NOW + LINK_LIVES, secret_key=KEY)

        assert label_of_link(link, NOW, secret_key=KEY) == "RMA-1"
        assert label_of_link(link, NOW + LINK_LIVES + timedelta(seconds=1), secret_key=KEY) is None
        assert label_of_link(link.replace("RMA-1", "RMA-2"), NOW, secret_key=KEY) is None
        assert label_of_link(link, NOW, secret_key="j" * 40) is None

    def test_of_any_other_text_opens_nothing(self):
        for text in ("", ".", "RMA-1", "RMA-1.2.3", "é.é.é"):
            assert label_of_link(text, NOW, secret_key=KEY) is None


class TestTheCode:
    async def test_is_shown_once_there_is_a_label_and_printed_by_whoever_scans_it(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        await visitor.open(f"/returns/{number}/label")
        assert visitor.path == f"/returns/{number}"

        await print_label(number, b"%PDF-1.4 a label")
        await visitor.open(f"/returns/{number}")
        assert f'href="/returns/{number}/label"' in visitor.text
        await visitor.open(f"/returns/{number}/label")
        assert "No printer? Show this code." in visitor.text
        drawn = await visitor.open(f"/returns/{number}/label.svg")
        assert drawn.headers["content-type"].startswith("image/svg+xml")
        assert "default-src 'none'" in drawn.headers["content-security-policy"]

        key = portal.settings.secret_key
        link = label_link(number, portal.services.clock() + LINK_LIVES, secret_key=key)
        anybody = portal.visitor()
        assert (await anybody.open(f"/labels/{link}/label.pdf")).content.startswith(b"%PDF")
        assert (await anybody.open(f"/labels/{link}x/label.pdf")).status_code == 404
        assert "This code is too old" in anybody.text
        assert "scan the new one" in anybody.text


class TestALabelInHand:
    """Bookmarked, or scanned a moment ago, while the return went on."""

    async def test_is_gone_once_the_return_is_withdrawn(self, portal):
        visitor, number = await with_a_label(portal)
        assert (await visitor.open(f"/returns/{number}/label.pdf")).content.startswith(b"%PDF")
        await visitor.open(f"/returns/{number}")
        await visitor.send(f"/returns/{number}/withdraw")

        for path in (f"/returns/{number}/label", f"/returns/{number}/label.pdf"):
            await visitor.open(path)
            assert visitor.path == f"/returns/{number}"
            assert "You withdrew this return; nothing more is due." in visitor.text
        key = portal.settings.secret_key
        link = label_link(number, portal.services.clock() + LINK_LIVES, secret_key=key)
        assert (await portal.visitor().open(f"/labels/{link}/label.pdf")).status_code == 404

    async def test_is_gone_once_all_has_arrived(self, portal):
        visitor, number = await with_a_label(portal)
        units = [ReceivedUnits(line_id="L1", quantity=1)]
        await receive_parcel(number, lines=units, parcel_reference=None, actor=STAFF, now=NOW)

        for path in (f"/returns/{number}/label", f"/returns/{number}/label.pdf"):
            await visitor.open(path)
            assert visitor.path == f"/returns/{number}"

    async def test_opens_while_a_parcel_is_on_its_way(self, portal):
        visitor, number = await with_a_label(portal)
        await visitor.open(f"/returns/{number}")
        await visitor.send(f"/returns/{number}/tracking", carrier="dhl", tracking_number="12345678")

        await opens(visitor, number)

    async def test_opens_after_it_expired_since_a_late_parcel_is_taken_in(self, portal):
        visitor, number = await with_a_label(portal)
        await the_engine().fetch_rows(
            "DO $$ BEGIN PERFORM set_config('app.transition', '1', true);"
            " UPDATE returns SET state = 'label_issued', label_issued_at = now(); END $$"
        )
        assert await expire_labels(now=NOW) == 1

        await opens(visitor, number)


async def with_a_label(portal: Portal) -> tuple[Visitor, str]:
    """A customer with a return, and its label."""
    visitor = await portal.signed_in()
    number = await ask(visitor, condition__L1="as_received")
    await print_label(number, b"%PDF-1.4 a label")
    return visitor, number


async def opens(visitor: Visitor, number: str) -> None:
    assert (await visitor.open(f"/returns/{number}/label.pdf")).content.startswith(b"%PDF")
    await visitor.open(f"/returns/{number}/label")
    assert "No printer? Show this code." in visitor.text
