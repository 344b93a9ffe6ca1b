from admin.approvals.queue import ORDERS
from admin.approvals.queue import TABS as APPROVALS
from admin.choices.queue import TABS as CHOICES
from admin.compensations.waiting import TABS as COMPENSATIONS
from admin.opinions.page import TABS as OPINIONS
from admin.parcels.page import TABS as PARCELS
from admin.promises.page import TABS as PROMISES
from admin.refunds.troubles import TROUBLES
from admin.replacements.page import TABS as REPLACEMENTS
from returns_engine.queries.inbox import InboxKind
from returns_engine.queries.late_orders import LateKind
from returns_engine.queries.waiting_messages import WaitingKind
from returns_engine.rules.words import Role
from returns_engine.settings import Settings
from tests.admin.conftest import StaffSide
from tests.admin.test_who_may import PAGES, House, furnished
from tests.query_plans import read_whole, seen_statements

# What each page can be asked for; names of `Things` stand in braces.
ASKED = {
    "/admin/returns": (
        *("state=in_review", "state=closed&cursor=9", "q=dana", "q=EKR-1001", "cursor=9"),
        *("appeals=1", "appeals=1&cursor=9", "hold=1", "hold=1&cursor=9"),
        *("sort=oldest", "sort=oldest&cursor=0", "sort=oldest&state=closed&cursor=0"),
    ),
    "/admin/returns.csv": ("state=in_review", "q=dana", "appeals=1", "hold=1", "sort=oldest"),
    "/admin/messages": tuple(
        f"show={kind}{sort}{beyond}"
        for kind in WaitingKind
        for sort in ("", "&sort=newest")
        for beyond in ("", "&after={place}")
    ),
    "/admin/messages.csv": ("show=to_answer&sort=newest", "show=not_arrived"),
    "/admin/jobs": ("after=1",),
    "/admin/refunds.csv": ("show=all", "show=all&state=proposed&sort=oldest"),
    "/admin/search": ("q=dana", "q=EKR-1001", "q={number}", "q=EKR-F150-BLK"),
    "/admin/refunds": (
        *(f"trouble={trouble}" for trouble in TROUBLES),
        *("show=all", "show=all&state=succeeded", "show=all&state=proposed&after={place}"),
        *("show=owed", "show=owed&after={place}", "show=sent", "show=sent&after={place}"),
        *("show=payments", "show=payments&after=1"),
        *("show=all&sort=oldest", "show=all&sort=oldest&after={place}"),
        *("show=all&after={place}", "after={place}"),
    ),
    "/admin/approvals": tuple(
        f"show={tab}&sort={order}{beyond}"
        for tab in APPROVALS
        for order in ORDERS[tab]
        for beyond in ("", "&after={refund_id}")
    ),
    "/admin/approvals/{refund_id}": ("sort=amount",),
    "/admin/compensations": tuple(
        f"show={tab}{beyond}"
        for tab in COMPENSATIONS
        for beyond in ("", "&after={compensation_id}")
    ),
    "/admin/choices": tuple(
        f"show={tab}{beyond}" for tab in CHOICES for beyond in ("", "&after={choice_id}")
    ),
    "/admin/choices/new": ("order=EKR-1002",),
    "/admin/replacements": tuple(
        f"show={tab}{beyond}" for tab in REPLACEMENTS for beyond in ("", "&after={replacement_id}")
    ),
    "/admin/opinions": tuple(
        f"show={tab}{beyond}" for tab in OPINIONS for beyond in ("", "&after={opinion_id}")
    ),
    "/admin/opinions.csv": tuple(f"show={tab}" for tab in OPINIONS),
    "/admin/late-orders": (
        "cursor=made-up",
        *(f"kind={kind}{looked}" for kind in LateKind for looked in ("", "&looked=1")),
        "looked=1",
    ),
    "/admin/late-orders.csv": ("kind=parcel", "looked=1"),
    "/admin/inbox": tuple(f"kind={kind}" for kind in InboxKind),
    "/admin/promises": tuple(f"show={tab}" for tab in PROMISES),
    "/admin/parcels": tuple(f"state={tab}" for tab in PARCELS),
    "/admin/bench": (
        *("code={number}", "code=EKR-1001", "code=1Z999AA10123456784", "code=SKU-OF-NOBODY"),
        "saved={number}",
    ),
    "/admin/reconciliation": ("run={run_id}", "run={run_id}&after=1", "show=differing"),
    "/admin/journal.csv": ("from=2026-11-01&to=2026-11-30",),
    "/admin/webhooks": (
        "show=failed",
        "receivers=troubled",
        "of=1",
        "of=1&show=failed",
        "before=9",
    ),
}
PLACE = "2026-11-20T10:00:00%2B00:00_019ab000-0000-7000-8000-000000000000"


async def open_every_page(house: House) -> None:
    """Open every page with all it can be asked for, by somebody who may everything; send forms.

    A form is sent empty, and about what is there: most are refused once it has been looked at.
    """
    for row in sorted(PAGES, key=lambda row: row.method):
        cookies = await house.session("everybody", *Role)
        address = house.there(row)
        for words in ("", *ASKED.get(row.path, ())) if row.method == "GET" else ("",):
            asked = words.format(**house.things.names, place=PLACE)
            answer = await house.ask(row, f"{address}?{asked}" if asked else address, cookies)
            assert answer.status_code < 500, (row.method, row.path, asked)


class TestTheStatementsOf:
    async def test_every_page_of_the_staff_read_no_growing_table_whole(
        self, staff: StaffSide, settings: Settings, database: str, empty_database: str
    ):
        assert ASKED.keys() <= {row.path for row in PAGES}
        house = await furnished(staff, settings, database)

        with seen_statements() as seen:
            await open_every_page(house)

        assert len(seen.texts) > 100
        found = read_whole(empty_database, seen.texts)
        assert not found, "\n\n".join(found)
