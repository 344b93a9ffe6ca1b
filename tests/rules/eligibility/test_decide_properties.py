"""What holds for any order, any request and any policy."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returns_engine.rules.decision_json import decision_json
from returns_engine.rules.eligibility.decide import decide
from returns_engine.rules.eligibility.resolutions import ResolutionNotOffered, chosen_resolutions
from returns_engine.rules.facts import (
    DeclaredCondition,
    GivenBefore,
    LineFacts,
    LineRequest,
    OrderFacts,
    ReturnRequest,
    ShipmentFacts,
    ShippedUnits,
)
from returns_engine.rules.policy import Exclusion
from returns_engine.rules.words import (
    DELIVERY_PROBLEMS,
    ONLY_CANCELLATIONS,
    Cause,
    Evidence,
    ItemKind,
    OrderStatus,
    Reason,
    Resolution,
    ReturnKind,
    RuleName,
)
from tests.rules.eligibility.cases import EKR

WORST = ["eligible", "needs_review", "ineligible"]
EXCLUDABLE = [kind for kind in ItemKind if kind is not ItemKind.STOCK]
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
thoroughly = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])

minutes_back = st.integers(-300_000, 1_500_000)
moments = minutes_back.map(lambda minutes: NOW - timedelta(minutes=minutes))
amounts = st.integers(0, 50_000)


def maybe(strategy):
    return st.none() | strategy


@st.composite
def lines(draw, line_id):
    included = draw(st.booleans())
    quantity, price = draw(st.integers(1, 5)), draw(amounts)
    return LineFacts(
        line_id=line_id,
        sku="SKU",
        title="Seat covers",
        category=draw(st.sampled_from(["seat_cover", "accessory"])),
        kind=draw(st.sampled_from(ItemKind)),
        quantity=quantity,
        unit_price=price,
        tax=draw(st.integers(0, price * quantity) if included else amounts),
        tax_included=included,
        warranty_until=draw(maybe(moments.map(lambda moment: moment.date()))),
    )


@st.composite
def orders_with_history(draw):
    """An order that is consistent, and what earlier returns can have taken of it."""
    order_lines = [draw(lines(f"L{index}")) for index in range(draw(st.integers(1, 3)))]
    left = {line.line_id: line.quantity for line in order_lines}
    taken = {line.line_id: {} for line in order_lines}
    parcels = []
    for number in range(draw(st.integers(0, 3))):
        inside = []
        for line_id, free in left.items():
            if packed := draw(st.integers(0, free)):
                left[line_id] -= packed
                inside.append(ShippedUnits(line_id=line_id, quantity=packed))
                taken[line_id][f"S{number}"] = draw(st.integers(0, packed))
        parcels.append(
            ShipmentFacts(
                shipment_id=f"S{number}",
                delivered_at=draw(maybe(moments)),
                delivery_evidence=draw(maybe(st.sampled_from(Evidence))),
                lines=tuple(inside),
            )
        )
    history = {}
    for line_id, by_shipment in taken.items():
        cancelled = draw(st.integers(0, left[line_id]))
        units = sum(by_shipment.values()) + cancelled
        history[line_id] = GivenBefore(
            by_shipment=by_shipment,
            cancelled=cancelled,
            with_shipping=draw(st.integers(0, units)),
        )
    goods = sum(line.unit_price * line.quantity for line in order_lines)
    order = OrderFacts(
        order_number="EKR-1",
        status=draw(st.sampled_from(OrderStatus)),
        placed_at=NOW,
        paid_at=draw(maybe(moments)),
        production_started_at=draw(maybe(moments)),
        currency=draw(st.sampled_from(["USD", "JPY", "KWD"])),
        discount=draw(st.integers(0, goods)),
        shipping=draw(amounts),
        shipping_tax=draw(amounts),
        country=draw(st.sampled_from(["US", "CA"])),
        lines=tuple(order_lines),
        shipments=tuple(parcels),
    )
    return order, draw(st.sampled_from([history, {}]))


def reasons(kind):
    if kind is ReturnKind.DELIVERY_PROBLEM:
        return sorted(DELIVERY_PROBLEMS)
    elsewhere = DELIVERY_PROBLEMS - {Reason.LATE}
    if kind is not ReturnKind.CANCELLATION:
        elsewhere |= ONLY_CANCELLATIONS
    return [reason for reason in Reason if reason not in elsewhere]


@st.composite
def asked_lines(draw, order, kind):
    warranty = kind is ReturnKind.WARRANTY
    said = maybe(st.booleans())
    return LineRequest(
        line_id=draw(st.sampled_from([line.line_id for line in order.lines])),
        quantity=draw(st.integers(1, 6)),
        reason=None if warranty else draw(st.sampled_from(reasons(kind))),
        cause=draw(st.sampled_from(Cause)) if warranty else None,
        declared_condition=DeclaredCondition(
            unused=draw(said), tags_attached=draw(said), original_packaging=draw(said)
        ),
        photos=draw(st.integers(0, 2)),
    )


@st.composite
def cases(draw, kinds=tuple(ReturnKind)):
    order, history = draw(orders_with_history())
    kind = draw(st.sampled_from(kinds))
    request = ReturnRequest(
        order_number="EKR-1",
        kind=kind,
        lines=tuple(draw(st.lists(asked_lines(order, kind), min_size=1, max_size=4))),
        resolution=draw(maybe(st.sampled_from(Resolution))),
    )
    return order, request, history, draw(moments)


@st.composite
def policies(draw):
    words = st.frozensets
    exclusion = st.builds(
        Exclusion, blocked=words(st.sampled_from(Reason)), review=words(st.sampled_from(Reason))
    )
    return replace(
        EKR,
        zone=ZoneInfo(draw(st.sampled_from(["America/New_York", "Asia/Kathmandu", "UTC"]))),
        home_country=draw(st.sampled_from(["US", "CA"])),
        return_window_days=draw(st.integers(0, 400)),
        exclusions=draw(st.dictionaries(st.sampled_from(EXCLUDABLE), exclusion)),
        photo_reasons=draw(words(st.sampled_from(Reason))),
        photos_for_warranty=draw(st.booleans()),
        label=replace(EKR.label, fee=draw(st.integers(0, 2000))),
        refund=replace(
            EKR.refund,
            restocking_bps=draw(st.integers(0, 10_000)),
            shipping_back_for_reasons=draw(words(st.sampled_from(Reason))),
            shipping_back_for_kinds=draw(words(st.sampled_from(ReturnKind))),
        ),
        warranty=replace(
            EKR.warranty,
            years=draw(st.integers(0, 10)),
            covered_kinds=draw(words(st.sampled_from(ItemKind))),
            review_kinds=draw(words(st.sampled_from(ItemKind))),
        ),
    )


def strictness(decision):
    return [WORST.index(line.verdict) for line in decision.lines]


class TestDecide:
    @thoroughly
    @given(cases(), policies())
    def test_always_answers_by_every_rule_and_rests_on_a_clause(self, case, policy):
        order, request, history, as_of = case
        decision = decide(order, request, policy, as_of, history)

        assert [line.line_id for line in decision.lines] == [one.line_id for one in request.lines]
        assert decision.verdict == max((line.verdict for line in decision.lines), key=WORST.index)
        for line in decision.lines:
            assert [finding.rule for finding in line.rules] == list(RuleName)
            outcomes = [finding.outcome for finding in line.rules]
            assert ("fail" in outcomes) == (line.verdict == "ineligible")
            assert ("pass" in outcomes) or line.verdict != "eligible"
            for finding in line.rules:
                assert finding.says == policy.clauses[finding.clause].says
                assert finding.because
                silent = finding.code == "not_applicable"
                assert silent == (finding.outcome == "not_applicable")
        assert decision_json(decision)["verdict"] == decision.verdict

    @thoroughly
    @given(cases())
    def test_gives_the_same_answer_to_the_same_question(self, case):
        order, request, history, as_of = case

        assert decide(order, request, EKR, as_of, history) == decide(
            order, request, EKR, as_of, history
        )

    @thoroughly
    @given(cases(), policies())
    def test_has_an_estimate_whose_parts_make_the_total(self, case, policy):
        order, request, history, as_of = case
        decision = decide(order, request, policy, as_of, history)

        estimate = decision.refund_estimate
        refused = all(line.verdict == "ineligible" for line in decision.lines)
        assert (estimate is None) == (refused or request.kind is ReturnKind.WARRANTY)
        if estimate is not None:
            parts = estimate.items + estimate.tax + estimate.shipping
            assert estimate.total == parts - estimate.fees
            assert min(estimate.items, estimate.tax, estimate.shipping, estimate.fees) >= 0
            assert estimate.total >= 0
            goods = sum(line.unit_price * line.quantity for line in order.lines) - order.discount
            outside = sum(line.tax for line in order.lines if not line.tax_included)
            assert estimate.total <= goods + outside + order.shipping + order.shipping_tax

    @thoroughly
    @given(cases())
    def test_never_takes_more_than_there_is_nor_a_unit_twice(self, case):
        order, request, history, as_of = case
        decision = decide(order, request, EKR, as_of, history)

        used = {}
        for line in decision.lines:
            for units in line.taken:
                key = line.line_id, units.shipment_id
                used[key] = used.get(key, 0) + units.quantity
            took = sum(units.quantity for units in line.taken)
            assert took <= line.quantity
            if line.verdict != "ineligible":
                assert took == line.quantity
        for parcel in order.shipments:
            for inside in parcel.lines:
                gone = history.get(inside.line_id, GivenBefore()).by_shipment
                held = gone.get(parcel.shipment_id, 0)
                assert used.get((inside.line_id, parcel.shipment_id), 0) + held <= inside.quantity

    @thoroughly
    @given(cases())
    def test_never_refuses_for_lateness_what_has_no_known_delivery(self, case):
        order, request, history, as_of = case
        lost = tuple(replace(parcel, delivered_at=None) for parcel in order.shipments)
        decision = decide(replace(order, shipments=lost), request, EKR, as_of, history)

        codes = {(said.code, said.outcome) for line in decision.lines for said in line.rules}
        assert ("return_window_closed", "fail") not in codes
        assert ("warranty_expired", "fail") not in codes
        assert all(line.window is None for line in decision.lines)

    @thoroughly
    @given(cases())
    def test_never_refuses_for_lateness_by_an_estimate(self, case):
        order, request, history, as_of = case
        guessed = tuple(
            replace(parcel, delivery_evidence=Evidence.ESTIMATE) for parcel in order.shipments
        )
        decision = decide(replace(order, shipments=guessed), request, EKR, as_of, history)

        codes = {(said.code, said.outcome) for line in decision.lines for said in line.rules}
        assert ("return_window_closed", "fail") not in codes
        assert ("warranty_expired", "fail") not in codes

    @thoroughly
    @given(cases(), st.integers(1, 100_000))
    def test_is_never_stricter_when_it_was_delivered_later(self, case, minutes):
        order, request, history, as_of = case

        def later(parcel):
            at = parcel.delivered_at
            if at is None or at > as_of:
                return parcel
            return replace(parcel, delivered_at=min(as_of, at + timedelta(minutes=minutes)))

        moved = replace(order, shipments=tuple(later(parcel) for parcel in order.shipments))
        # Entries of one line share its parcels: what one gains, it may take from the next.
        apart = replace(request, lines=tuple({one.line_id: one for one in request.lines}.values()))
        before = strictness(decide(order, apart, EKR, as_of, history))
        after = strictness(decide(moved, apart, EKR, as_of, history))
        assert all(new <= old for new, old in zip(after, before, strict=True))

    @thoroughly
    @given(cases())
    def test_is_never_stricter_with_more_photos(self, case):
        order, request, history, as_of = case
        shown = replace(request, lines=tuple(replace(one, photos=3) for one in request.lines))

        before = strictness(decide(order, request, EKR, as_of, history))
        after = strictness(decide(order, shown, EKR, as_of, history))
        assert all(new <= old for new, old in zip(after, before, strict=True))

    @thoroughly
    @given(cases())
    def test_is_never_stricter_with_less_given_before(self, case):
        order, request, history, as_of = case

        before = strictness(decide(order, request, EKR, as_of, history))
        after = strictness(decide(order, request, EKR, as_of, {}))
        assert sum(after) <= sum(before)

    @thoroughly
    @given(cases())
    def test_gives_every_line_a_resolution_that_it_offers_or_refuses_the_choice(self, case):
        order, request, history, as_of = case
        decision = decide(order, request, EKR, as_of, history)

        try:
            chosen = chosen_resolutions(decision, request)
        except ResolutionNotOffered:
            assert all(request.resolution not in line.resolutions for line in decision.lines)
        else:
            for resolution, line in zip(chosen, decision.lines, strict=True):
                assert resolution in line.resolutions
