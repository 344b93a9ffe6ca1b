"""What every rule is asked with: one requested line, its order, its units and the policy."""

from dataclasses import dataclass
from datetime import datetime

from returns_engine.rules.decision import Finding, Window
from returns_engine.rules.eligibility.calendar_days import in_words, local_day
from returns_engine.rules.eligibility.parcels import Clock, Delivery, Standing, Units
from returns_engine.rules.facts import LineFacts, LineRequest, OrderFacts
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import MERCHANT_FAULTS, Outcome, ReturnKind, RuleName


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One requested line before the rules.

    `asked_in_all` adds up every entry of the line in this request; `kept_before` counts units that
    earlier returns let the customer keep; `free` is how many units there
    are to give; `taken` the units this entry gets; `judged` those whose dates are judged, which are
    the taken ones, or where none is left, those the line once had.
    """

    order: OrderFacts
    line: LineFacts
    kind: ReturnKind
    asked: LineRequest
    asked_in_all: int
    kept_before: int
    shipped: int
    free: int
    taken: tuple[Units, ...]
    judged: tuple[Units, ...]
    policy: Policy
    clock: Clock

    @property
    def for_our_fault(self) -> bool:
        """Tell whether the customer names the merchant's fault (48)."""
        return self.asked.reason in MERCHANT_FAULTS

    @property
    def under_warranty(self) -> bool:
        """Tell whether this kind of item has a warranty at all."""
        return self.policy.warranty.covers(self.line.kind, self.line.category)

    @property
    def delivery_is_unknown(self) -> bool:
        """Tell whether one unit judged has no delivery that we know of."""
        return not self.judged or any(units.delivery is None for units in self.judged)

    def stands(self, standing: Standing) -> bool:
        """Tell whether one unit judged stands so towards its window."""
        return any(units.standing is standing for units in self.judged)

    def earliest_closing(self) -> Delivery | None:
        """Return the known delivery whose window closes first, among the units judged."""
        known = [units.delivery for units in self.judged if units.delivery]
        return min(known, key=lambda delivery: delivery.last_day, default=None)

    def window(self, *, of: int | None) -> Window | None:
        """Return the window to show: null as soon as one unit is of unknown delivery."""
        delivery = self.earliest_closing()
        if delivery is None or self.delivery_is_unknown:
            return None
        return Window(
            starts_on=delivery.day,
            last_day=delivery.last_day,
            day=self.day_of(delivery),
            of=of,
            evidence=delivery.evidence,
        )

    def day_of(self, delivery: Delivery) -> int:
        """Return which day of its window it is; the day of delivery is day 0."""
        return (self.clock.today - delivery.day).days

    def written(self, moment: datetime) -> str:
        """Write a moment's date by the policy's calendar."""
        return in_words(local_day(moment, self.clock.zone))

    def because_unknown(self) -> str:
        """Say why no delivery is known."""
        announced = [units.announced_for for units in self.judged if units.announced_for]
        if announced:
            return f"The delivery date we have, {self.written(min(announced))}, is yet to come."
        return "We have no delivery date."

    def finding(
        self, rule: RuleName, outcome: Outcome, code: str, clause: str, because: str
    ) -> Finding:
        """Return what a rule found, with the policy's own sentence for the clause."""
        return Finding(
            rule=rule.value,
            outcome=outcome,
            code=code,
            clause=clause,
            says=self.policy.says(clause),
            because=because,
        )

    def does_not_apply(self, rule: RuleName, clause: str, because: str) -> Finding:
        """Return that a rule has nothing to say here, and why."""
        return self.finding(rule, Outcome.NOT_APPLICABLE, "not_applicable", clause, because)


KIND_IN_WORDS = {
    ReturnKind.RETURN: "a return",
    ReturnKind.WARRANTY: "a warranty claim",
    ReturnKind.CANCELLATION: "a cancellation",
    ReturnKind.DELIVERY_PROBLEM: "a delivery problem",
}


def counted(quantity: int) -> str:
    """Write a number of units: 1 unit, 2 units."""
    return "1 unit" if quantity == 1 else f"{quantity} units"
