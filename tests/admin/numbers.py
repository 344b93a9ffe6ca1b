"""A shop whose figures can be counted by hand, and a reader of its reports."""

import csv
import html
import io
import json
import re
from typing import Any

from returns_engine.rules.words import Role
from returns_engine.workflow.inspect_lines import inspect_lines
from returns_engine.workflow.receive_parcel import ReceivedUnits, receive_parcel
from returns_engine.workflow.review_return import approve_return
from tests.admin.conftest import StaffSide
from tests.workflow.shop import BENCH, POLICY, SUPPORT, good

MARCH = "from=2026-03-01&to=2026-03-31"


async def figures(
    staff: StaffSide, report: str, days: str = MARCH, role: Role = Role.MANAGER
) -> list[tuple[str, ...]]:
    """Return the rows of a report as its file has them, without the header."""
    person = await staff.signed_in(f"the-{role}", role)
    answer = await person.open(f"/admin/reports/{report}.csv?{days}")
    assert answer.status_code == 200, answer.text
    return [tuple(row) for row in csv.reader(io.StringIO(answer.text))][1:]


async def drawn(staff: StaffSide, report: str, days: str = MARCH) -> list[dict[str, Any]]:
    """Return what the page of a report gives its charts to draw."""
    person = await staff.signed_in("the-manager", Role.MANAGER)
    await person.open(f"/admin/reports/{report}?{days}")
    return [
        json.loads(html.unescape(found))
        for found in re.findall(r"data-chart='([^']*)'", person.text)
    ]


async def came_back(staff: StaffSide, number: str, quantity: int = 1, **found: Any) -> None:
    """Let units of a return arrive and be inspected; a fault is approved by a person first."""
    if (await staff.case(number))["state"] == "in_review":
        await approve_return(number, policy=POLICY, actor=SUPPORT, now=staff.clock())
    units = [ReceivedUnits(line_id="L1", quantity=quantity)]
    await receive_parcel(number, lines=units, parcel_reference=None, actor=BENCH, now=staff.clock())
    await inspect_lines(
        number,
        lines=[good("L1", quantity, **found)],
        policy=POLICY,
        actor=BENCH,
        now=staff.clock(),
    )


async def more_orders(staff: StaffSide, *numbers: str, **changes: Any) -> None:
    """Put orders like the first, each with a payment of its own."""
    for number in numbers:
        await staff.put_order(number, **{"reference": f"pi_{number}", **changes})
