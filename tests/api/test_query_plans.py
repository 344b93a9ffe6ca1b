from contextlib import suppress

from returns_engine.jobs.schedules import SCHEDULES
from returns_engine.jobs.tools import JobTools
from returns_engine.labels.template import load_template
from returns_engine.workflow.issue_label import LabelPrint
from tests.api.conftest import Api
from tests.api.things import one_of_everything
from tests.query_plans import read_whole, seen_statements

FILTERS = {
    "/returns": ("state=closed", "order_number=EKR-1001", "q=dana", "cursor=broken"),
    "/refunds": ("state=succeeded",),
    "/replacements": ("state=planned",),
    "/choices": ("state=open", "order_number=EKR-1002"),
    "/compensations": ("state=given",),
    "/parcels": ("state=quarantined",),
    "/promises": ("standing=due", "standing=kept"),
}


async def call_everything(api: Api) -> None:
    """Make every call there is, about things that are there; most POSTs are refused at the body."""
    things = await one_of_everything(api)
    manager, customer = api.by("manager"), await api.customer()
    for route in api.app.routes:
        path = route.path_format
        if not path.startswith("/api/v1/") or "webhooks" in path:
            continue
        address = things.address(path.removeprefix("/api/v1").replace(":str", ""))
        for method in sorted(route.methods - {"HEAD", "OPTIONS"}, key=["GET", "PUT", "POST"].index):
            asked = ["", *(f"?{one}" for one in FILTERS.get(address, ()))]
            for words in asked if method == "GET" else [""]:
                for client in (manager, customer):
                    await client.request(method, f"{address}{words}", json=None)


async def run_every_schedule(api: Api) -> None:
    services = api.app.state.services
    tools = JobTools(
        settings=services.settings,
        policies=services.policies,
        clock=api.clock,
        payments=None,
        mail=None,
        logo=None,
        receivers=None,
        label=LabelPrint(
            merchant="EKR",
            contact="returns@example.com",
            carrier="UPS",
            account=None,
            template=load_template(),
            quarantine_template=load_template(),
        ),
    )
    for schedule in SCHEDULES:
        # Nobody answers for the provider here.
        with suppress(AttributeError):
            await schedule.run(tools)


class TestTheStatementsOf:
    async def test_every_call_and_schedule_read_no_growing_table_whole(self, api, empty_database):
        with seen_statements() as seen:
            await call_everything(api)
            await run_every_schedule(api)

        assert len(seen.texts) > 100
        found = read_whole(empty_database, seen.texts)
        assert not found, "\n\n".join(found)
