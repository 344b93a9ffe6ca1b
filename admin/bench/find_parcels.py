"""Find the parcels nobody announced that a scanned code, or a return, can mean."""

from dataclasses import dataclass

from admin.bench.scanned_code import CodeKind, ScannedCode
from returns_engine.queries.rows import first_row, rows
from returns_engine.queries.scan import tracking_spellings
from returns_engine.rules.lifecycle.parcel_states import ParcelState

_BY_NUMBER = """
SELECT p.id::text, p.number, p.state, r.number AS return_number, p.counted_at IS NULL AS uncounted
FROM parcels p LEFT JOIN returns r ON r.id = p.return_id WHERE p.number = {}
"""
_BY_TRACKING = """
SELECT p.id::text, p.number, p.state, NULL AS return_number, true AS uncounted
FROM parcels p WHERE p.state = 'quarantined' AND p.tracking_number = ANY({})
ORDER BY p.quarantined_at DESC LIMIT 1
"""
_TO_COUNT_IN = """
SELECT p.number FROM parcels p JOIN returns r ON r.id = p.return_id
WHERE r.number = {} AND p.counted_at IS NULL ORDER BY p.matched_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundParcel:
    """A parcel that a code means, and how far it is."""

    id: str
    number: str
    state: str
    return_number: str | None
    uncounted: bool

    @property
    def path(self) -> str:
        """Return where to go on with it: what was matched is counted in at the bench."""
        if self.state == ParcelState.MATCHED and self.uncounted:
            return f"/admin/bench/{self.return_number}?parcel={self.number}"
        return f"/admin/parcels/{self.id}"


async def find_parcel(code: ScannedCode) -> FoundParcel | None:
    """Return the parcel of a quarantine number, or the one that waits with a tracking number."""
    if code.kind is CodeKind.PARCEL:
        row = await first_row(_BY_NUMBER, code.value)
    elif code.kind is CodeKind.TRACKING_OR_ORDER:
        row = await first_row(_BY_TRACKING, tracking_spellings([code.text, code.value]))
    else:
        return None
    return None if row is None else FoundParcel(**row)


async def parcels_to_count_in(number: str) -> list[str]:
    """Return the numbers of parcels that were matched to a return and not opened yet."""
    return [row["number"] for row in await rows(_TO_COUNT_IN, number)]
