"""The dashboard: each figure leads to the list of exactly what it counts, for whoever sees it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from returns_engine.rules.choice import ChoiceKind
from returns_engine.rules.words import Role
from returns_engine.settings import Settings
from returns_engine.tables.engine import connection, transaction
from returns_engine.workflow.offer_choice import Offer, offer_choice
from tests.admin.conftest import StaffSide
from tests.admin.test_appeals import appealed, declined
from tests.admin.test_lists import file_of
from tests.admin.test_messages import our_mail, stray, writes
from tests.admin.test_reconciliation import a_line, a_run
from tests.admin.test_webhooks import a_receiver
from tests.admin.test_who_may import furnished
from tests.api.orders import asked, order
from tests.api.statements import every_statement
from tests.portal.conftest import Visitor
from tests.workflow.shop import SUPPORT, come_back

MONEY = {"Refunds owed now", "Sent this month"}
SEEN = MONEY | {
    *("Appeals", "Messages to answer", "Mails that did not arrive", "Mails without a case"),
    *("Promised for today", "Promises broken", "Payments to look at", "Jobs that died"),
    *("Differences with the provider", "Programs not reached", "Second opinions to give"),
    "Canceled, not paid back",
}
"""Those that are more than nothing in the house of these tests."""
# What is a row where a list is no table.
ROWS = {
    "/admin/refunds": r'aria-labelledby="refund-\d',
    "/admin/refunds?show=payments": r'<li><a href="/admin/orders/',
    "/admin/compensations": r'aria-labelledby="extra-\d',
    "/admin/messages": r"<article|<tr>\s*<td>",
    "/admin/webhooks": r'aria-labelledby="receiver-\d',
}
_FIGURE = re.compile(r'<a class="figure-link[^"]*" href="([^"]+)">(.*?)</a>', re.DOTALL)
_NAME = re.compile(r'figure-name">([^<]+)<')
_NUMBER = re.compile(r'figure-number">([\d,]+)<')
_WHOLE = re.compile(r"\d+ of (\d+)")
_AMOUNT = re.compile(r'figure-number money">\$([\d,.]+)<')


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A figure as the page shows it."""

    name: str
    link: str
    count: int | None
    amounts: tuple[Decimal, ...]


def figures_in(text: str) -> Iterator[Shown]:
    for link, inside in _FIGURE.findall(text):
        name = _NAME.findall(inside)[0]
        number = _NUMBER.findall(inside) or _WHOLE.findall(inside)
        yield Shown(
            name=name,
            link=link.replace("&amp;", "&"),
            count=None if name in MONEY else int(number[0].replace(",", "")),
            amounts=tuple(Decimal(one.replace(",", "")) for one in _AMOUNT.findall(inside)),
        )


def rows_in(link: str, text: str) -> int:
    path = link.partition("?")[0]
    if path == "/admin/reconciliation":
        text = text.partition('aria-labelledby="lines"')[2].partition('aria-labelledby="runs"')[0]
    return len(re.findall(ROWS.get(link) or ROWS.get(path, r"<tr>\s*<td"), text))


async def sql(statement: str, *values: object) -> None:
    async with transaction():
        await connection().execute(statement, *values)


async def opened(staff: StaffSide, number: str, *lines: dict[str, Any]) -> str:
    """Open a return for an order of its own."""
    payment = order()["payments"][0] | {"reference": f"pi_{number}"}
    await staff.put_order(number, payments=[payment])
    return await staff.open_return(number, *lines)


async def some_of_everything(staff: StaffSide, settings: Settings, database: str) -> None:
    """Furnish the house, and have something wait for everybody; some of it not to be counted."""
    house = await furnished(staff, settings, database)
    refund = house.things.names["refund_id"]
    await staff.put_order("EKR-3000", reference="pi_3000", status="canceled", shipments=[])
    staff.clock.pass_by(timedelta(hours=1))
    other = await opened(staff, "EKR-3001")
    await writes(staff, other)
    await writes(staff, other, "Hello?")
    await stray(other, staff)
    await our_mail(other, state="bounced")
    await opened(staff, "EKR-3002", asked(reason="defective"))
    await staff.put_order("EKR-3005", reference="pi_3005")
    offer = Offer(kind=ChoiceKind.UNDELIVERABLE, units=[("L1", 1)])
    policy = staff.services.policy
    await offer_choice("EKR-3005", offer, actor=SUPPORT, policy=policy, now=staff.clock())
    await come_back(await opened(staff, "EKR-3003"), {"L1": 1})
    number, _ = await declined(staff)
    await appealed(staff, number)
    run = await a_run(differing=2, refunds=0)
    for kind in ("not_at_provider", "amount", "outside"):
        await a_line(run, kind=kind, provider_refund_id=f"re_{kind}")
    await a_run(state="unanswered", finished_at=None, refunds=0)
    failing, _ = await a_receiver(staff), await a_receiver(staff, "crm")
    await sql(
        "UPDATE webhook_endpoints SET failing_since = $2 WHERE id = $1",
        failing,
        staff.clock() - timedelta(days=3),
    )
    await sql("UPDATE payments SET difference = 100 WHERE reference = 'pi_3'")
    await sql(
        "UPDATE refunds SET state = 'succeeded', amount = proposed, decided_at = proposed_at,"
        " decided_by = 1, approval_limit = proposed, succeeded_at = $2 WHERE id = $1",
        UUID(refund),
        staff.clock(),
    )
    await sql(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts, args) VALUES"
        " ('default', 'execute_refund', 'failed', 8, jsonb_build_object('refund_id', $1::text)),"
        " ('default', 'reconcile', 'todo', 1, '{}'), ('default', 'reconcile', 'failed', 3, '{}')",
        refund,
    )
    # Of those that are open: one for today, one for tomorrow, one broken.
    await sql(
        "UPDATE promises SET due = $1::timestamptz + (o.place - 2) * interval '1 day' FROM ("
        " SELECT id, row_number() OVER (ORDER BY id) AS place FROM promises"
        " WHERE kept_at IS NULL AND released_at IS NULL) AS o WHERE o.id = promises.id",
        staff.clock() + timedelta(hours=1),
    )


async def sums_of(person: Visitor, link: str) -> list[Decimal]:
    sums: dict[str, Decimal] = {}
    for row in await file_of(person, link.replace("/admin/refunds?", "/admin/refunds.csv?")):
        sums[row["currency"]] = sums.get(row["currency"], Decimal()) + Decimal(row["amount"])
    return list(sums.values())


class TestEachFigure:
    async def test_leads_to_the_list_of_what_it_counts(
        self, staff: StaffSide, settings: Settings, database: str
    ):
        await some_of_everything(staff, settings, database)
        shown, wrong, empty = {}, [], set()
        for role in Role:
            person = await staff.signed_in(f"only-{role}", role)
            with every_statement() as said:
                await person.open("/admin")
            assert len(said) <= 20, "\n\n".join(said)
            figures = list(figures_in(person.text))
            shown[role] = len(figures)
            for figure in figures:
                answer = await person.open(figure.link)
                assert answer.status_code == 200, figure
                if figure.name in MONEY:
                    found: object = await sums_of(person, figure.link)
                    right = found == list(figure.amounts)
                else:
                    found = rows_in(figure.link, person.text)
                    right = found == figure.count
                if not right:
                    wrong.append(f"{role}: {figure}, and {found} there")
                if not (figure.count or sum(figure.amounts)):
                    empty.add(figure.name)

        assert not wrong, "\n".join(wrong)
        assert not empty & SEEN
        assert shown == {
            Role.SUPPORT: 18,
            Role.WAREHOUSE: 9,
            Role.FINANCE: 13,
            Role.MANAGER: 40,
            Role.ADMINISTRATOR: 2,
        }
