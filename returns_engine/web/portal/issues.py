"""What went wrong, in the customer's words: each issue leads to what mends it.

The seven of the merchant's own page (requirements 57, 65, 69, 73), and damage and wear, which its
policy adds (requirements 47 and 48).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from returns_engine.rules.policy import Policy
from returns_engine.rules.words import Cause, ItemKind, Reason, ReturnKind
from returns_engine.texts.words import mark
from returns_engine.workflow.order_progress import progress_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A card of the first page.

    `kind` is what is asked for; None where telling is enough. `whys` are the reasons that fit, all
    of the kind where empty; `usual` is chosen beforehand.
    """

    name: str
    says: str
    hint: str
    kind: ReturnKind | None = ReturnKind.RETURN
    whys: tuple[Reason, ...] = ()
    usual: Reason | None = None

    @property
    def link(self) -> str:
        """Return the address that the card leads to."""
        asked = {"issue": self.name}
        if self.kind not in {None, ReturnKind.RETURN}:
            asked["kind"] = str(self.kind)
        return f"/order?{urlencode(asked)}"

    def narrowed(
        self, whys: Sequence[Reason | Cause], chosen: Sequence[str]
    ) -> list[Reason | Cause]:
        """Return those of `whys` that fit the issue; all, where something else was chosen."""
        fitting = [why for why in whys if not self.whys or why in self.whys]
        return fitting if fitting and set(chosen) <= {*fitting, ""} else list(whys)


_ISSUES = (
    Issue(
        name="not_satisfied",
        says=mark("I am not happy with it"),
        hint=mark("It does not fit, looks different, or I changed my mind."),
        whys=(
            Reason.CHANGED_MIND,
            Reason.WRONG_MODEL_CHOSEN,
            Reason.COLOR_TEXTURE,
            Reason.NOT_AS_DESCRIBED,
            Reason.LATE,
            Reason.OTHER,
        ),
    ),
    Issue(
        name="wrong_item",
        says=mark("I got the wrong item"),
        hint=mark("Another model, color or item than I ordered."),
        whys=(Reason.WRONG_ITEM, Reason.NOT_AS_DESCRIBED, Reason.MISSING_PARTS),
        usual=Reason.WRONG_ITEM,
    ),
    Issue(
        name="broken",
        says=mark("It is damaged, defective or incomplete"),
        hint=mark("It came like that."),
        whys=(Reason.DAMAGED_IN_TRANSIT, Reason.DEFECTIVE, Reason.MISSING_PARTS),
    ),
    Issue(
        name="worn",
        says=mark("Something gave way in use"),
        hint=mark("A seam, a fastener or the material: claim on the warranty."),
        kind=ReturnKind.WARRANTY,
    ),
    Issue(
        name="tracking_delayed",
        says=mark("My parcel is late or missing"),
        hint=mark("Tracking stands still, or says delivered and it is not here."),
        kind=ReturnKind.DELIVERY_PROBLEM,
    ),
    Issue(
        name="long_wait",
        says=mark("I have waited too long"),
        hint=mark("It is not shipped yet, and I do not want to wait."),
        kind=ReturnKind.CANCELLATION,
        usual=Reason.LATE,
    ),
    Issue(
        name="cancel",
        says=mark("I want to cancel it"),
        hint=mark("It is not shipped yet."),
        kind=ReturnKind.CANCELLATION,
    ),
    Issue(
        name="no_confirmation",
        says=mark("I got no order confirmation"),
        hint=mark("See what we have on record, here and now."),
        kind=None,
    ),
    Issue(
        name="no_shipping_notice",
        says=mark("I got no shipping notice"),
        hint=mark("See whether it is shipped, and where it is."),
        kind=None,
    ),
    Issue(
        name="other",
        says=mark("Something else"),
        hint=mark("All items, with everything that is possible."),
    ),
)
ISSUES: Mapping[str, Issue] = {issue.name: issue for issue in _ISSUES}
_GIVEN_UP = replace(
    ISSUES["long_wait"],
    hint=mark("It was shipped, and I do not want to wait for it any longer."),
    kind=ReturnKind.DELIVERY_PROBLEM,
    whys=(Reason.LATE,),
)
_CAME_LATE = replace(
    ISSUES["long_wait"],
    hint=mark("It came too late, and I want to send it back."),
    kind=ReturnKind.RETURN,
    whys=(Reason.LATE,),
)
_NOT_HERE = replace(
    ISSUES["tracking_delayed"],
    hint=mark("It is said to be delivered, and it is not here."),
    whys=(Reason.NOT_RECEIVED,),
    usual=Reason.NOT_RECEIVED,
)
_LOOKED_AT = replace(
    ISSUES["worn"],
    hint=mark("A seam, a fastener or the material: a person looks at what we can do."),
)
_WITH_GOODS = {"not_satisfied", "wrong_item", "broken", "tracking_delayed"}


def issues_of(order: Mapping[str, Any], policy: Policy, now: datetime) -> list[Issue]:
    """Return the issues an order can have: what never left is neither broken nor lost.

    What waits too long is cancelled, given up on its way, or sent back, by where it is; what has
    arrived cannot be late any more, only missing; what was never paid need not be cancelled.
    """
    lines = order["lines"]
    sent = [line for line in lines if line["in_parcels"]]
    of_order = policy_of(order, policy)
    covered = any(
        of_order.warranty.covers(ItemKind(line["kind"]), line["category"]) for line in sent
    )
    left_out = set() if sent else set(_WITH_GOODS)
    if not covered and not any(is_looked_at_when_worn(line, of_order) for line in sent):
        left_out.add("worn")
    waits = order["paid_at"] is not None and any(line["cancellable"] for line in lines)
    if not waits:
        left_out.add("cancel")
    if not waits and not sent:
        left_out.add("long_wait")
    fitting = _by_where_it_is(order, policy, now)
    if not covered:
        fitting["worn"] = _LOOKED_AT
    return [fitting.get(issue.name, issue) for issue in _ISSUES if issue.name not in left_out]


def policy_of(order: Mapping[str, Any], policy: Policy) -> Policy:
    """Return the version of the policy that was in force when the order was placed (B-2)."""
    return policy.in_force_at(datetime.fromisoformat(order["placed_at"]))


def is_looked_at_when_worn(line: Mapping[str, Any], policy: Policy) -> bool:
    """Tell whether a claim is all that is left of an order's line, and a person looks at it.

    That is too late for a return, and not covered; before, a return is the better way (41, B-6).
    """
    kind = ItemKind(line["kind"])
    is_late = line["in_parcels"] > line["returnable"]
    looked_at = kind in policy.warranty.review_kinds
    return is_late and looked_at and not policy.warranty.covers(kind, line["category"])


def issue_of(
    name: str, kind: ReturnKind, order: Mapping[str, Any], policy: Policy, now: datetime
) -> Issue:
    """Return the card that a request for `kind` began with, as it stands for the order."""
    shown = (one for one in issues_of(order, policy, now) if (one.name, one.kind) == (name, kind))
    return next(shown, ISSUES.get(name, ISSUES["other"]))


def _by_where_it_is(order: Mapping[str, Any], policy: Policy, now: datetime) -> dict[str, Issue]:
    """Return the cards that differ for an order that is shipped whole, by their names."""
    if any(line["cancellable"] for line in order["lines"]):
        return {}
    stands = {parcel.stands for parcel in progress_of(order, policy, now).parcels}
    if stands == {"delivered"}:
        return {"long_wait": _CAME_LATE, "tracking_delayed": _NOT_HERE}
    return {"long_wait": _GIVEN_UP}
