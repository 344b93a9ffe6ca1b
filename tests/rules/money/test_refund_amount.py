from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_engine.rules.facts import GivenBefore
from returns_engine.rules.money.allocation import ImpossibleSplit
from returns_engine.rules.money.money import quantum
from returns_engine.rules.money.refund_amount import ImpossibleReturn, line_net, refund_amount
from tests.rules.money.orders import a_line, an_order, orders, partial_returns, units


def add(history, entry):
    """Return the history after `entry`."""
    before = history.get(entry.line_id, GivenBefore())
    return history | {
        entry.line_id: GivenBefore(
            cancelled=before.cancelled + entry.quantity,
            with_shipping=before.with_shipping + entry.quantity * entry.shipping,
        )
    }


def one_by_one(order, entries):
    """Return the answer to each entry as a return of its own."""
    history, answers = {}, []
    for entry in entries:
        answers.append(refund_amount(order, [entry], history))
        history = add(history, entry)
    return answers


def goods_cost(order):
    exclusive = sum(line.tax for line in order.lines if not line.tax_included)
    return sum(line_net(order).values()) + exclusive


def parts(answer):
    return (answer.items, answer.tax, answer.shipping, answer.fees, answer.total)


class TestLineNet:
    def test_takes_each_lines_share_of_the_discount(self):
        order = an_order(
            a_line("L1", unit_price=12995, quantity=2), a_line("L2", unit_price=0), discount=1000
        )

        assert line_net(order) == {"L1": 24990, "L2": 0}

    def test_refuses_a_discount_above_the_goods(self):
        with pytest.raises(ImpossibleSplit):
            line_net(an_order(a_line(unit_price=100), discount=101))

    @given(orders(on_quantum=False))
    def test_is_never_below_nothing(self, order):
        assert all(net >= 0 for net in line_net(order).values())


class TestRefundAmount:
    def test_is_the_contracts_example(self):
        line = a_line(quantity=2, unit_price=12995, tax=2079)
        answer = refund_amount(an_order(line, discount=1000), [units()], {})

        assert parts(answer) == (12495, 1039, 0, 0, 13534)

    def test_of_the_last_unit_takes_the_remainder(self):
        line = a_line(quantity=2, unit_price=12995, tax=2079)
        history = {"L1": GivenBefore(by_shipment={"S1": 1})}
        answer = refund_amount(an_order(line, discount=1000), [units()], history)

        assert parts(answer) == (12495, 1040, 0, 0, 13535)

    def test_takes_an_included_tax_out_of_the_items(self):
        line = a_line(quantity=1, unit_price=5999, tax=958, tax_included=True)
        answer = refund_amount(an_order(line), [units()], {})

        assert parts(answer) == (5041, 958, 0, 0, 5999)

    def test_gives_no_shipping_back_for_a_change_of_mind(self):
        answer = refund_amount(an_order(a_line(), shipping=499), [units()], {})

        assert answer.shipping == 0

    def test_gives_the_shippings_tax_back_with_it(self):
        order = an_order(a_line(quantity=2), shipping=499, shipping_tax=41)
        entries = [units(shipping=True), units(shipping=True)]

        assert [line.shipping for line in refund_amount(order, entries, {}).lines] == [270, 270]

    def test_shares_shipping_by_value_and_not_by_tax(self):
        order = an_order(
            a_line("L1", unit_price=1000, tax=9000),
            a_line("L2", unit_price=3000),
            shipping=400,
        )

        assert refund_amount(order, [units("L1", shipping=True)], {}).shipping == 100

    def test_shares_shipping_by_count_where_the_goods_cost_nothing(self):
        order = an_order(a_line("L1", quantity=3), discount=3000, shipping=400)

        assert refund_amount(order, [units("L1", shipping=True)], {}).shipping == 133

    def test_counts_only_units_that_came_back_with_shipping(self):
        order = an_order(a_line(quantity=4), shipping=400)
        history = {"L1": GivenBefore(by_shipment={"S1": 3}, with_shipping=1)}

        assert refund_amount(order, [units(shipping=True)], history).shipping == 100

    def test_deducts_fees_and_says_what_it_waived(self):
        order = an_order(a_line(unit_price=1000, tax=100))
        kept = refund_amount(order, [units()], {}, restocking_bps=1500, label_fee=200)
        waived = refund_amount(order, [units()], {}, label_fee=5000)

        assert (kept.fees, kept.total, kept.waived) == (365, 735, 0)
        assert (waived.fees, waived.total, waived.waived) == (1100, 0, 3900)

    def test_of_nothing_is_nothing(self):
        assert parts(refund_amount(an_order(a_line(), shipping=100), [], {})) == (0, 0, 0, 0, 0)

    @pytest.mark.parametrize(
        "entry", [units("L9"), units(quantity=0), units(quantity=-1), units(quantity=3)]
    )
    def test_refuses_units_the_order_does_not_hold(self, entry):
        with pytest.raises(ImpossibleReturn):
            refund_amount(an_order(a_line(quantity=2)), [entry], {})

    def test_refuses_units_that_were_given_before(self):
        with pytest.raises(ImpossibleReturn):
            refund_amount(an_order(a_line()), [units()], {"L1": GivenBefore(cancelled=1)})

    def test_refuses_entries_that_are_too_many_together(self):
        with pytest.raises(ImpossibleReturn):
            refund_amount(an_order(a_line()), [units(), units()], {})


class TestAnySequenceOfPartialReturns:
    @given(st.data())
    def test_refunds_exactly_what_the_goods_cost(self, data):
        order = data.draw(orders(on_quantum=data.draw(st.booleans())))
        entries = data.draw(partial_returns(order))
        answers = one_by_one(order, entries)

        assert sum(answer.items + answer.tax for answer in answers) == goods_cost(order)

    @given(st.data())
    def test_gives_the_shipping_back_whole_at_the_end(self, data):
        order = data.draw(orders(on_quantum=data.draw(st.booleans())))
        entries = data.draw(partial_returns(order, shipping=True))
        answers = one_by_one(order, entries)

        paid = goods_cost(order) + order.shipping + order.shipping_tax
        assert sum(answer.total for answer in answers) == paid

    @given(st.data())
    def test_never_refunds_more_than_was_paid_nor_less_than_nothing(self, data):
        order = data.draw(orders(on_quantum=data.draw(st.booleans())))
        entries = data.draw(partial_returns(order))
        given_back = 0

        for answer in one_by_one(order, entries):
            assert all(part >= 0 for part in parts(answer))
            given_back += answer.total
            assert given_back <= goods_cost(order) + order.shipping + order.shipping_tax

    @given(st.data())
    def test_comes_to_the_same_in_any_order_and_in_any_number_of_parcels(self, data):
        order = data.draw(orders(on_quantum=data.draw(st.booleans())))
        entries = data.draw(partial_returns(order))
        some = entries[: data.draw(st.integers(0, len(entries)))]
        otherwise = data.draw(st.permutations(some))

        at_once = refund_amount(order, some, {})
        apart = [parts(answer) for answer in one_by_one(order, otherwise)]
        assert list(parts(at_once)) == [sum(part[n] for part in apart) for n in range(5)]

    @given(st.data())
    def test_keeps_the_step_of_the_currency(self, data):
        order = data.draw(orders())
        entries = data.draw(partial_returns(order))
        step = quantum(order.currency)

        for answer in one_by_one(order, entries):
            assert all(part % step == 0 for part in parts(answer))

    @given(st.data())
    def test_takes_fees_that_leave_a_refund_between_nothing_and_its_parts(self, data):
        order = data.draw(orders())
        entries = data.draw(partial_returns(order))
        bps, label = data.draw(st.integers(0, 20000)), data.draw(st.integers(0, 2000))
        answer = refund_amount(order, entries, {}, restocking_bps=bps, label_fee=label)

        assert answer.total == answer.items + answer.tax + answer.shipping - answer.fees
        assert answer.total >= 0
        assert answer.total % quantum(order.currency) == 0
        assert answer.total == 0 or answer.waived == 0

    @given(st.data())
    def test_adds_up_over_its_lines(self, data):
        order = data.draw(orders())
        entries = data.draw(partial_returns(order))
        answer = refund_amount(order, entries, {})

        assert [(one.line_id, one.quantity) for one in answer.lines] == [
            (entry.line_id, entry.quantity) for entry in entries
        ]
        assert answer.items == sum(one.items for one in answer.lines)
        assert answer.tax == sum(one.tax for one in answer.lines)
        assert answer.shipping == sum(one.shipping for one in answer.lines)


def test_the_worth_of_more_units_is_never_less():
    line = a_line(quantity=8, unit_price=1, tax=7, tax_included=True)
    order = an_order(line, discount=3)
    answers = one_by_one(order, [units() for _ in range(8)])
    running = [sum(answer.items for answer in answers[:n]) for n in range(9)]

    assert all(before <= after for before, after in pairwise(running))
