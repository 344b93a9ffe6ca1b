"""What we say of our own pace: counted from what was promised, and honest where it is little."""

from datetime import datetime, timedelta

import pytest

from returns_engine.queries.how_fast import how_fast
from returns_engine.rules.promises import PromiseKind
from returns_engine.web.portal.how_fast_page import span
from tests.api.orders import NOW
from tests.api.statements import every_statement
from tests.portal.conftest import Portal, Visitor
from tests.portal.test_asking import at_review
from tests.workflow.shop import rows

DAY = timedelta(days=1)
MADE = NOW - 10 * DAY
DUE = MADE + 5 * DAY


async def promised(
    what: str, *took: timedelta | None, due: datetime = DUE, released: datetime | None = None
) -> None:
    """Write down promises of a return that is there, each kept after so long, or not at all."""
    (one,) = await rows("SELECT min(id) AS id FROM returns")
    for number, length in enumerate(took):
        kept = None if length is None else due - 5 * DAY + length
        await rows(
            "INSERT INTO promises (return_id, what, subject, made_at, due, kept_at, released_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            *(one["id"], what, f"{due}{number}", due - 5 * DAY, due, kept, released),
        )


@pytest.fixture
async def visitor(portal: Portal) -> Visitor:
    """Somebody whose return is there, so that there is something to promise."""
    found = await portal.signed_in()
    await at_review(found, condition__L1="as_received")
    await found.send("/order/send")
    return found


@pytest.mark.usefixtures("visitor")
class TestOurPace:
    async def test_is_half_of_them_and_nine_of_ten(self):
        hours = [timedelta(hours=hour) for hour in range(1, 22)]
        await promised("inspection", *hours)
        pace = (await how_fast(now=NOW))[PromiseKind.INSPECTION]

        assert (pace.all_due, pace.in_time) == (21, 21)
        assert pace.median == timedelta(hours=11)
        assert pace.nine_of_ten == timedelta(hours=19)

    async def test_leaves_out_nothing_that_is_late(self):
        await promised("refund_sent", DAY, DAY, 6 * DAY, None)
        pace = (await how_fast(now=NOW))[PromiseKind.REFUND_SENT]

        assert (pace.all_due, pace.in_time, pace.percent_in_time) == (4, 2, 50)
        # What is not sent yet has taken until now.
        assert pace.nine_of_ten > 8 * DAY

    async def test_counts_what_fell_due_in_these_days_alone(self):
        await promised("answer", DAY, due=NOW - 91 * DAY)
        await promised("answer", DAY, due=NOW + DAY)
        await promised("answer", None, due=NOW - DAY, released=NOW - 2 * DAY)

        assert PromiseKind.ANSWER not in await how_fast(now=NOW)


@pytest.mark.usefixtures("visitor")
class TestThePage:
    async def test_says_nothing_of_too_few(self, portal: Portal):
        await promised("inspection", *[DAY] * 19)
        anybody = portal.visitor()
        await anybody.open("/how-fast")

        assert anybody.text.count("Too few lately to say: we count from 20 on") == 3
        assert "Half of them within" not in anybody.text

    async def test_says_it_in_words_with_the_day_it_was_counted(self, portal: Portal):
        await promised("inspection", *[timedelta(hours=20)] * 18, 4 * DAY, 4 * DAY, 6 * DAY)
        anybody = portal.visitor()
        with every_statement() as said:
            await anybody.open("/how-fast")

        text = " ".join(anybody.text.split())
        assert len(said) <= 8
        assert "Counted on March 30, 2026, from all that was due in the 90 days before." in text
        assert "<dd>20 hours</dd>" in text
        assert "<dd>4 days</dd>" in text
        assert "95% of them in the time we aim at (21 in all)" in text
        assert "We aim at 3 business days; the policy names none." in text
        assert "We promise 5 business days." in text
        assert text.count("Too few lately to say") == 2

    @pytest.mark.parametrize(
        ("took", "count", "in_days"),
        [
            (timedelta(0), 1, False),
            (timedelta(minutes=61), 2, False),
            (timedelta(hours=48), 48, False),
            (timedelta(hours=49), 3, True),
        ],
    )
    def test_rounds_against_ourselves(self, took: timedelta, count: int, *, in_days: bool):
        assert (span(took).count, span(took).in_days) == (count, in_days)
