"""The steps in which accepted units come again."""

from returns_engine.rules.lifecycle.replacement_states import (
    INITIAL,
    ReplacementEvent,
    next_replacement,
)
from returns_engine.sandbox.sample_data.drawn_case import DrawnCase
from returns_engine.sandbox.sample_data.steps import inspect, staff
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.valued_units import value_units


class DrawnReplacement:
    """The one replacement of a return: its row in the making."""

    def __init__(self, drawn: DrawnCase, units: int) -> None:
        self.id = drawn.drawing.uuid()
        self.state = INITIAL
        self.values: dict[str, object] = {"planned_at": drawn.at}
        self._drawn = drawn
        self._units = units
        self._worth = value_units(drawn.order.facts, [(drawn.line, units)], {})[0].amount
        self._version = 1

    def move(self, event: ReplacementEvent, **values: object) -> None:
        """Move it by its lifecycle, and record it."""
        before, self.state = self.state, next_replacement(self.state, event)
        self._version += 1
        self.values |= {f"{self.state}_at": self._drawn.at, **values}
        self._drawn.case.replacements[self.id] = self.state
        self._drawn.case.record(
            NewEvent(
                type=f"replacement.{self.state}",
                from_state=str(before),
                to_state=str(self.state),
                data={"replacement_id": str(self.id)},
            )
        )

    def finish(self) -> None:
        """Keep its row as it stands."""
        drawn, values, worth = self._drawn, self.values, self._worth
        drawn.keep(
            "replacements",
            self.id,
            drawn.case.id,
            drawn.line.id,
            self._units,
            str(self.state),
            values.get("external_order"),
            values.get("carrier"),
            values.get("tracking_number"),
            worth.items,
            worth.tax,
            worth.shipping,
            values["planned_at"],
            values.get("ordered_at"),
            values.get("shipped_at"),
            values.get("delivered_at"),
            values.get("ordered_by"),
            self._version,
        )


def plan(drawn: DrawnCase) -> None:
    """Find that it is broken, as the customer said, and plan to send it again."""
    inspect(drawn, accepted=True)
    line = drawn.line
    units = line.to_settle
    replacement = DrawnReplacement(drawn, units)
    line.add("proposed", units)
    drawn.replacement = replacement
    drawn.case.replacements[replacement.id] = INITIAL
    data = {
        "replacement_id": str(replacement.id),
        "line_id": line.line_id,
        "quantity": units,
    }
    drawn.case.record(NewEvent(type="replacement.planned", to_state=str(INITIAL), data=data))
    drawn.save(staff(drawn.drawing.staff.bench))


def order_again(drawn: DrawnCase) -> None:
    """Write down the order under which the shop sends it."""
    support = drawn.drawing.staff.support
    _replacement(drawn).move(
        ReplacementEvent.ORDER, external_order=f"{drawn.order.number}-R", ordered_by=support
    )
    drawn.save(staff(support))


def ship_again(drawn: DrawnCase) -> None:
    """Let it leave."""
    number = f"1Z9{drawn.case.id:015}"
    _replacement(drawn).move(ReplacementEvent.SHIP, carrier="ups", tracking_number=number)
    drawn.save(staff(drawn.drawing.staff.support))


def deliver_again(drawn: DrawnCase) -> None:
    """Let it arrive: the duty is done."""
    _replacement(drawn).move(ReplacementEvent.DELIVER)
    drawn.line.put("replaced", drawn.line.proposed)
    drawn.save()


def _replacement(drawn: DrawnCase) -> DrawnReplacement:
    if not isinstance(drawn.replacement, DrawnReplacement):
        raise TypeError("No replacement was planned for this return.")
    return drawn.replacement
