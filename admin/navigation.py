"""The places of the staff's side, and which of them a role may use."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from returns_engine.rules.words import Role, Scope
from returns_engine.texts.words import mark
from returns_engine.web.who import Caller

FEW = 7
"""So many places stand in a row; more are put away under the names of their groups."""


class Group(StrEnum):
    """What a place is for, in the words of the navigation and in its order."""

    HOME = ""
    WORK = mark("Work")
    MONEY = mark("Money")
    LOOK_UP = mark("Look up")
    ENGINE = mark("Engine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page in the navigation; without the scope it `needs`, or a role it is `of`, it says 403."""

    name: str
    path: str
    group: Group = Group.LOOK_UP
    needs: Scope | None = None
    of: frozenset[Role] = frozenset(Role)

    def holds(self, path: str) -> bool:
        """Say whether a page at `path` is this place, or stands below it."""
        return path == self.path or (
            self.group is not Group.HOME and path.startswith(f"{self.path.rstrip('/')}/")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """Places of one group; without a name they stand in the bar themselves."""

    name: str
    places: Sequence[Place]

    def holds(self, path: str) -> bool:
        """Say whether one of the places holds the page at `path`."""
        return any(place.holds(path) for place in self.places)


DASHBOARD = Place(name=mark("Dashboard"), path="/admin", group=Group.HOME)
BENCH = Place(
    name=mark("Bench"), path="/admin/bench", group=Group.WORK, needs=Scope.INSPECTIONS_WRITE
)
PARCELS = Place(
    name=mark("Parcels"), path="/admin/parcels", group=Group.WORK, needs=Scope.RECEIVING_WRITE
)
OPINIONS = Place(
    name=mark("Second opinions"),
    path="/admin/opinions",
    group=Group.WORK,
    needs=Scope.INSPECTIONS_WRITE,
)
APPROVALS = Place(
    name=mark("Approvals"), path="/admin/approvals", group=Group.MONEY, needs=Scope.REFUNDS_READ
)
RECONCILIATION = Place(
    name=mark("Reconciliation"),
    path="/admin/reconciliation",
    group=Group.MONEY,
    needs=Scope.REFUNDS_READ,
)
EXTRAS = Place(
    name=mark("Extras"),
    path="/admin/compensations",
    group=Group.MONEY,
    needs=Scope.RETURNS_READ,
    of=frozenset({Role.SUPPORT, Role.FINANCE, Role.MANAGER}),
)
REFUNDS = Place(
    name=mark("Refunds"), path="/admin/refunds", group=Group.MONEY, needs=Scope.REFUNDS_READ
)
RETURNS = Place(name=mark("Returns"), path="/admin/returns", needs=Scope.RETURNS_READ)
CHOICES = Place(
    name=mark("Choices"), path="/admin/choices", group=Group.WORK, needs=Scope.RETURNS_REVIEW
)
PROMISES = Place(name=mark("Promises"), path="/admin/promises", needs=Scope.RETURNS_READ)
INBOX = Place(name=mark("Inbox"), path="/admin/inbox", group=Group.WORK, needs=Scope.RETURNS_REVIEW)
LATE = Place(
    name=mark("Late orders"),
    path="/admin/late-orders",
    group=Group.WORK,
    needs=Scope.RETURNS_REVIEW,
)
MESSAGES = Place(
    name=mark("Messages"), path="/admin/messages", group=Group.WORK, needs=Scope.RETURNS_WRITE
)
REPLACEMENTS = Place(
    name=mark("Replacements"),
    path="/admin/replacements",
    group=Group.WORK,
    needs=Scope.RETURNS_REVIEW,
)
REPORTS = Place(name=mark("Numbers"), path="/admin/reports")
WEBHOOKS = Place(
    name=mark("Webhooks"), path="/admin/webhooks", group=Group.ENGINE, needs=Scope.POLICIES_WRITE
)
POLICY = Place(
    name=mark("Policy"), path="/admin/policy", group=Group.ENGINE, needs=Scope.POLICIES_WRITE
)
JOBS = Place(
    name=mark("Jobs"),
    path="/admin/jobs",
    group=Group.ENGINE,
    of=frozenset({Role.MANAGER, Role.ADMINISTRATOR}),
)
KEYS = Place(
    name=mark("Keys"), path="/admin/keys", group=Group.ENGINE, of=frozenset({Role.ADMINISTRATOR})
)
DATA = Place(name=mark("Data"), path="/admin/data/", group=Group.ENGINE)
PLACES = (
    DASHBOARD,
    BENCH,
    PARCELS,
    OPINIONS,
    APPROVALS,
    REFUNDS,
    EXTRAS,
    RECONCILIATION,
    INBOX,
    LATE,
    MESSAGES,
    CHOICES,
    REPLACEMENTS,
    RETURNS,
    PROMISES,
    REPORTS,
    POLICY,
    WEBHOOKS,
    JOBS,
    KEYS,
    DATA,
)


def places_for(caller: Caller) -> tuple[Place, ...]:
    """Return the places that `caller` may use, in the order of the navigation."""
    return tuple(
        place
        for place in PLACES
        if caller.is_one_of(place.of) and (place.needs is None or caller.may(place.needs))
    )


def menus_for(caller: Caller) -> tuple[Menu, ...]:
    """Return what stands in the bar for `caller`: few places in a row, many in menus."""
    places = places_for(caller)
    if len(places) <= FEW:
        return (Menu(name="", places=places),)
    grouped = {group: [one for one in places if one.group is group] for group in Group}
    return tuple(
        Menu(name=str(group) if len(known) > 1 else "", places=known)
        for group, known in grouped.items()
        if known
    )
