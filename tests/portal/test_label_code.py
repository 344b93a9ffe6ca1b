from datetime import timedelta

from returns_engine.web.portal.label_code import LINK_LIVES, label_link, label_of_link
from tests.api.journey import print_label
from tests.api.orders import NOW
from tests.portal.test_case import ask

KEY = "k" * 40


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
