"""The places of the staff's side, and which of them a role may use."""

from dataclasses import dataclass

from returns_engine.rules.words import ROLE_SCOPES, Role, Scope
from returns_engine.texts.words import mark
from returns_engine.web.who import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page in the navigation; `needs` is the scope without which it says 403."""

    name: str
    path: str
    needs: Scope | None = None


DASHBOARD = Place(name=mark("Dashboard"), path="/admin")
BENCH = Place(name=mark("Bench"), path="/admin/bench", needs=Scope.INSPECTIONS_WRITE)
PARCELS = Place(name=mark("Parcels"), path="/admin/parcels", needs=Scope.RECEIVING_WRITE)
APPROVALS = Place(name=mark("Approvals"), path="/admin/approvals", needs=Scope.REFUNDS_READ)
RECONCILIATION = Place(
    name=mark("Reconciliation"), path="/admin/reconciliation", needs=Scope.REFUNDS_READ
)
REFUNDS = Place(name=mark("Refunds"), path="/admin/refunds", needs=Scope.REFUNDS_READ)
RETURNS = Place(name=mark("Returns"), path="/admin/returns", needs=Scope.RETURNS_READ)
CHOICES = Place(name=mark("Choices"), path="/admin/choices", needs=Scope.RETURNS_REVIEW)
PROMISES = Place(name=mark("Promises"), path="/admin/promises", needs=Scope.RETURNS_READ)
MESSAGES = Place(name=mark("Messages"), path="/admin/messages", needs=Scope.RETURNS_WRITE)
REPLACEMENTS = Place(
    name=mark("Replacements"), path="/admin/replacements", needs=Scope.RETURNS_REVIEW
)
DATA = Place(name=mark("Data"), path="/admin/data/")
PLACES = (
    DASHBOARD,
    BENCH,
    PARCELS,
    APPROVALS,
    REFUNDS,
    RECONCILIATION,
    RETURNS,
    CHOICES,
    REPLACEMENTS,
    MESSAGES,
    PROMISES,
    DATA,
)


def places_for(caller: Caller) -> tuple[Place, ...]:
    """Return the places that `caller` may use, in the order of the navigation."""
    return tuple(place for place in PLACES if place.needs is None or place.needs in caller.scopes)


def roles_with(scope: Scope) -> tuple[Role, ...]:
    """Return the roles that hold `scope`: whom to ask, where one's own role may not."""
    return tuple(role for role in Role if scope in ROLE_SCOPES[role])
