"""What letters say of a return of which something is replaced, or replaced and refunded."""

import pytest

from returns_engine.workflow.replace_item import order_replacement
from tests.api.journey import print_label
from tests.letters.postbox import Post
from tests.letters.test_send_message import body, tell, waiting
from tests.workflow.orders import NOW, a_line, a_payment, an_order, asked
from tests.workflow.shop import POLICY, SUPPORT, come_back, let_through, put_order, receive, value

COVERS = a_line("L1")
HOLDER = a_line("L2", title="Phone holder", quantity=1, unit_price=5000, tax=400)
pytestmark = pytest.mark.usefixtures("database")


async def replaced(*more: dict[str, object]) -> str:
    """A wrong item that is to be replaced, and what came back with it."""
    payments = [a_payment(captured=32469, provider="external")]
    await put_order(document=an_order(COVERS, HOLDER, payments=payments))
    wrong = asked(quantity=2, reason="wrong_item")
    return await let_through(wrong, *more, resolution="replacement")


def words(mail) -> str:
    return " ".join(body(mail).split())


class TestWhatIsReplacedAndRefunded:
    async def test_is_told_with_the_exact_sum_of_the_refund(self, post: Post):
        number = await replaced(asked("L2"))

        text = words(await post.send(await tell(number, "return_requested")))

        assert (
            "When it comes back as described, we send you a replacement for:"
            " - 2 × Seat covers, Ford F-150, black, with a gift: phone case" in text
        )
        assert (
            "For the rest you get $52.39, when it comes back as described: - 1 × Phone holder"
        ) in text

    async def test_is_told_with_the_label_too(self, post: Post):
        number = await replaced(asked("L2"))
        await print_label(number, b"%PDF-1.4")

        text = words(await post.send(await tell(number, "return_approved")))

        assert "we send you a replacement for: - 2 × Seat covers" in text
        assert "For the rest you get $52.39" in text


class TestWhatIsOnlyReplaced:
    async def test_is_told_and_no_sum(self, post: Post):
        number = await replaced()

        text = words(await post.send(await tell(number, "return_requested")))

        assert "we send you a replacement for: - 2 × Seat covers" in text
        assert "$" not in text


class TestAWrongItem:
    async def test_is_what_came_and_never_what_was_ordered(self, post: Post):
        number = await replaced(asked("L2"))

        text = words(await post.send(await tell(number, "return_requested")))

        assert (
            "- 2 × the item you received instead of Seat covers, Ford F-150, black"
            " - 1 × Phone holder"
        ) in text

    async def test_is_named_so_once_it_has_arrived(self, post: Post):
        number = await replaced()
        await receive(number, {"L1": 2})

        text = words(await post.send(await waiting("parcel_received")))

        assert "- 2 × the item you received instead of Seat covers" in text

    async def test_is_followed_by_the_right_one_with_the_gift_by_name(self, post: Post):
        number = await replaced()
        await come_back(number, {"L1": 2})
        one = await value("SELECT id FROM replacements")
        await order_replacement(
            one, external_order="EKR-2001", policy=POLICY, actor=SUPPORT, now=NOW
        )

        text = words(await post.send(await waiting("replacement_ordered")))

        assert "- 2 × Seat covers, Ford F-150, black, with a gift: phone case" in text
        assert "instead of" not in text
