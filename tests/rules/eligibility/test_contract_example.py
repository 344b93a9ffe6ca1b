"""The contract's own example, field by field and in its order."""

import json
from datetime import UTC, datetime

from returns_engine.rules.decision_json import decision_json
from returns_engine.rules.eligibility.decide import decide
from tests.rules.eligibility.cases import EKR, a_line, a_parcel, a_request, an_order, asking

ORDER = an_order(
    a_line(quantity=2, unit_price=12995, tax=2079),
    parcels=[a_parcel(delivered="2026-03-02T04:30:00Z")],
    discount=1000,
)


def answered(request, as_of=datetime(2026, 3, 30, 12, tzinfo=UTC)):
    return decision_json(decide(ORDER, request, EKR, as_of))


class TestTheContractsExample:
    def test_is_answered_to_the_letter(self):
        answer = answered(a_request(asking("L1", 1, "changed_mind")))

        (line,) = answer["lines"]
        rules = line.pop("rules")
        assert list(answer) == ["as_of", "policy", "verdict", "lines", "refund_estimate"]
        assert json.dumps(answer["lines"]) == json.dumps(
            [
                {
                    "line_id": "L1",
                    "quantity": 1,
                    "reason": "changed_mind",
                    "verdict": "eligible",
                    "resolutions": ["refund", "exchange"],
                    "window": {
                        "starts_on": "2026-03-01",
                        "last_day": "2026-03-31",
                        "day": 29,
                        "of": 30,
                        "evidence": "carrier_scan",
                    },
                    "photos_required": False,
                    "postage": "merchant",
                    "alternatives": [],
                }
            ]
        )
        assert rules[1] == {
            "rule": "return_window",
            "outcome": "pass",
            "code": "within_return_window",
            "clause": "return.window",
            "says": "A return can be asked for until the end of the 30th day after delivery.",
            "because": "Delivered 1 March 2026 (carrier scan); day 29 of 30.",
        }
        assert answer["as_of"] == "2026-03-30T12:00:00Z"
        assert answer["policy"] == {"id": "ekr", "version": 1}
        assert answer["verdict"] == "eligible"
        assert json.dumps(answer["refund_estimate"]) == (
            '{"items": 12495, "tax": 1039, "shipping": 0, "fees": 0, "total": 13534, '
            '"currency": "USD"}'
        )

    def test_hears_the_rules_in_the_contracts_order(self):
        (line,) = answered(a_request())["lines"]

        assert [finding["rule"] for finding in line["rules"]] == [
            "order_state",
            "return_window",
            "condition",
            "exclusions",
            "quantity",
            "warranty",
            "photos",
            "destination",
        ]

    def test_names_the_cause_where_a_warranty_claim_has_one(self):
        (line,) = answered(a_request(asking(why="fading"), kind="warranty"))["lines"]

        assert list(line)[:4] == ["line_id", "quantity", "cause", "verdict"]
        assert line["cause"] == "fading"

    def test_gives_the_moment_in_utc(self):
        moment = datetime.fromisoformat("2026-03-30T08:00:00.25-04:00")

        assert answered(a_request(), moment)["as_of"] == "2026-03-30T12:00:00.250000Z"
