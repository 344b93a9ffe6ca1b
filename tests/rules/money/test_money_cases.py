"""The worked cases of the money rules, each to the last minor unit."""

import json
from pathlib import Path

import pytest

from returns_engine.rules.facts import GivenBefore
from returns_engine.rules.lifecycle.refund_states import RefundState, reserved
from returns_engine.rules.money.adjustments import (
    less_given_before,
    recomputed_refund,
    store_credit,
)
from returns_engine.rules.money.allocation import allocate, step
from returns_engine.rules.money.fees import deduct_fees
from returns_engine.rules.money.money import exponent, quantum
from returns_engine.rules.money.refund_amount import line_net, refund_amount
from returns_engine.rules.money.tenders import Tender, available, split_over
from tests.rules.money.orders import a_line, an_order, units

CASES = json.loads(Path(__file__).with_name("money_cases.json").read_text())["cases"]


def discount(given, case):
    prices = given["lines"]
    lines = [a_line(f"L{index}", unit_price=price) for index, price in enumerate(prices)]
    order = an_order(*lines, currency=case["currency"], discount=given["discount"])
    nets = list(line_net(order).values())
    return {
        "discount_shares": allocate(given["discount"], prices, case["quantum"]),
        "line_net": nets,
        "paid": sum(nets),
    }


def line_steps(given, case):
    """Return one line of the case step by step, each step a return of its own."""
    amount = given.get("line_amount", given.get("line_net"))
    # A line's price need not divide by its quantity; an order's discount makes it so.
    unit_price = -(-amount // given["quantity"] // case["quantum"]) * case["quantum"]
    line = a_line(
        quantity=given["quantity"],
        unit_price=unit_price,
        tax=given.get("line_tax", 0),
        tax_included=given.get("inclusive", False),
    )
    off = unit_price * given["quantity"] - amount
    order = an_order(line, currency=case["currency"], discount=off)
    before, answers = 0, []
    for count in given["steps"]:
        history = {"L1": GivenBefore(cancelled=before)}
        answers.append(refund_amount(order, [units(quantity=count)], history))
        before += count
    return answers


def in_units(given, case):
    refunds = [answer.total for answer in line_steps(given, case)]
    return {"refunds": refunds, "total": sum(refunds)}


def units_tax(given, case):
    answers = line_steps(given, case)
    return {
        "net": [answer.items + answer.tax for answer in answers],
        "tax": [answer.tax for answer in answers],
        **in_units(given, case),
    }


def shipping(given, case):
    values = given["returned_values"]
    lines = [a_line(f"L{index}", unit_price=value) for index, value in enumerate(values)]
    order = an_order(*lines, currency=case["currency"], shipping=given["shipping"])
    assert sum(values) == given["order_item_value"]
    history, refunds = {}, []
    for index in range(len(values)):
        answer = refund_amount(order, [units(f"L{index}", shipping=True)], history)
        history[f"L{index}"] = GivenBefore(cancelled=1, with_shipping=1)
        refunds.append(answer.shipping)
    return {"refunds": refunds, "total": sum(refunds)}


def fees(given, case):
    kept = deduct_fees(**given, quantum=case["quantum"])
    return {
        "restocking": kept.restocking,
        "label": kept.label,
        "refund": kept.refund,
        "waived": kept.waived,
    }


def tenders(given, case):
    pro_rata = given["policy"] == "pro_rata_remaining"
    names = list(given["captured"]) if pro_rata else given["policy"].split(">")
    spent = {name: given.get("refunded", {}).get(name, 0) for name in names}
    splits = []
    for amount in given["refunds"]:
        room = [
            Tender(payment_id=name, available=available(given["captured"][name], spent[name], 0))
            for name in names
        ]
        split = split_over(amount, room, pro_rata=pro_rata, quantum=case["quantum"])
        for name, part in split.parts.items():
            spent[name] += part
        splits.append(dict(split.parts) | ({} if pro_rata else {"unallocated": split.unallocated}))
    return {"splits": splits}


def bonus(given, case):
    credit = store_credit(given["refund"], given["bonus_bps"], case["quantum"])
    return {"credit": credit.credit, "bonus": credit.bonus, "total_credit": credit.total}


def maximum(given, _case):
    held = reserved((RefundState(one["status"]), one["amount"]) for one in given["refunds"])
    return {"max_refundable": available(given["captured"], held, given["disputed"])}


def threshold(given, case):
    nets = discount(given, case)["line_net"]
    return {
        "keep": nets[given["returned_line"]],
        "recompute": recomputed_refund(sum(nets), given["kept_price"]),
    }


def adjusted(given, _case):
    entitlement = step(given["line_net"], 0, 1, 1)
    return {"refund": less_given_before(entitlement, given["adjusted_before"])}


ANSWERS = {
    "discount": discount,
    "units": in_units,
    "units_tax": units_tax,
    "shipping": shipping,
    "fees": fees,
    "tenders": tenders,
    "bonus": bonus,
    "max": maximum,
    "threshold": threshold,
    "adjusted": adjusted,
}


class TestMoneyCases:
    def test_are_all_there(self):
        assert len(CASES) == 20

    @pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {case['title']}")
    def test_come_out_to_the_last_minor_unit(self, case):
        assert (exponent(case["currency"]), quantum(case["currency"])) == (
            case["exponent"],
            case["quantum"],
        )
        assert ANSWERS[case["kind"]](case["input"], case) == case["expected"]
