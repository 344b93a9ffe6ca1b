"""A second opinion to be given: covers dear enough, rejected by one person."""

from uuid import UUID

from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind
from returns_engine.tables.engine import the_engine
from returns_engine.workflow.inspect_lines import inspect_lines
from returns_engine.workflow.inspected_units import InspectedUnits
from returns_engine.workflow.receive_parcel import ReceivedUnits, receive_parcel
from tests.admin.conftest import StaffSide
from tests.api.orders import line, order
from tests.workflow.pictures import a_photo

PRICE = 60_000
HERS = "There is dog hair on it."
SOMEBODY = 4711


async def dear_return(staff: StaffSide, number: str = "EKR-2001") -> str:
    """Open a return of one set of covers that cost more than one person may reject."""
    payment = order()["payments"][0] | {"reference": f"pi_{number}", "captured": 2 * PRICE}
    dear = [line(unit_price=PRICE, tax=0)]
    await staff.put_order(number, lines=dear, discount=0, payments=[payment])
    return await staff.open_return(number)


async def asked_for(staff: StaffSide, number: str = "EKR-2001", *, by: int = SOMEBODY) -> UUID:
    """Have somebody reject a dear return, and give the id of the opinion that is asked for."""
    now, actor = staff.clock(), Actor(kind=ActorKind.STAFF, id=str(by), person=by)
    rma = await dear_return(staff, number)
    came = [ReceivedUnits(line_id="L1", quantity=1)]
    await receive_parcel(rma, lines=came, parcel_reference=None, actor=actor, now=now)
    photo = await a_photo(staff.services.photos, order=None)
    found = InspectedUnits(
        line_id="L1",
        quantity=1,
        checks={"as_received": False, "unused": False},
        grade="D",
        found_cause=None,
        verdict="rejected",
        disposition="quarantine",
        note=HERS,
        photo_ids=[str(photo)],
    )
    await inspect_lines(rma, lines=[found], policy=staff.services.policy, actor=actor, now=now)
    row = await the_engine().fetch_row(
        "SELECT p.id FROM opinions p JOIN returns r ON r.id = p.return_id WHERE r.number = $1", rma
    )
    assert row is not None
    opinion: UUID = row["id"]
    return opinion
