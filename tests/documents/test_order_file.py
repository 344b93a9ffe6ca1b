"""Orders as files: what can be read of each, and where to look where it cannot."""

import csv
import io
import json
from collections.abc import Iterable

import msgspec
import pytest

from returns_engine.documents.order_file.columns import columns
from returns_engine.documents.order_file.csv_orders import MOST_ROWS, orders_in_csv
from returns_engine.documents.order_file.example import EXAMPLE_ROWS
from returns_engine.documents.order_file.given_order import GivenOrder
from returns_engine.documents.order_file.json_lines import orders_in_json_lines
from returns_engine.documents.order_file.lines import LONGEST_LINE, Lines, UnusableFile
from returns_engine.documents.order_file.rows import Rows
from returns_engine.documents.order_problems import order_problems
from tests.documents.examples import ORDER

ONE, TWO, MAT, PARCEL = EXAMPLE_ROWS
NO_PICTURE = "Expected an absolute http or https address, such as https://shop.example/seat.jpg."


def in_json(*lines: bytes) -> list[GivenOrder]:
    return list(orders_in_json_lines(Lines(io.BytesIO(b"\n".join(lines)))))


def as_json(**changes: object) -> bytes:
    return json.dumps({**ORDER, "order_number": "EKR-1001", **changes}).encode()


def table(*rows: dict[str, str], delimiter: str = ",", end: str = "\n") -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(
        written, list(columns()), restval="", delimiter=delimiter, lineterminator=end
    )
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def in_csv(raw: bytes, delimiter: str | None = None) -> list[GivenOrder]:
    began: dict[str, int] = {}

    def earlier(number: str, row: int) -> int | None:
        return None if began.setdefault(number, row) == row else began[number]

    return list(orders_in_csv(Rows(Lines(io.BytesIO(raw)), delimiter), earlier))


def reasons(orders: Iterable[GivenOrder]) -> list[str]:
    return [reason for order in orders for reason in order.reasons]


class TestJsonLines:
    def test_may_begin_with_a_mark_and_end_lines_as_they_like(self):
        orders = in_json(b"\xef\xbb\xbf" + as_json() + b"\r", b"", as_json(order_number="EKR-2"))

        assert [(order.line, order.number) for order in orders] == [(1, "EKR-1001"), (3, "EKR-2")]

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            (b"{", "This is not JSON: Expecting property name enclosed in double quotes."),
            (b'{"a": "\xff"}', "The text is not UTF-8."),
            (as_json(order_number=None), "/order_number: The field is missing."),
            (as_json(discount="10"), "/discount: Expected int, got str."),
            (
                as_json(lines=[ORDER["lines"][0] | {"image_url": "seat.jpg"}]),
                f"/lines/0/image_url: {NO_PICTURE}",
            ),
            (as_json(surprise=1), "/surprise: No such field is known."),
            (b"x" * (LONGEST_LINE + 5), "The line is longer than 1,000,000 bytes."),
        ],
    )
    def test_that_cannot_be_read_costs_no_other_line(self, line: bytes, reason: str):
        bad, good = in_json(line, as_json())

        assert (bad.document, list(bad.reasons)) == (None, [reason])
        assert (good.line, good.number) == (2, "EKR-1001")

    @pytest.mark.parametrize(
        "line",
        [
            as_json(surprise=1),
            as_json(discount=1.0),
            as_json(channel="a\0b"),
            as_json().replace(b'"channel":', b'"channel": "twice", "channel":', 1),
        ],
    )
    def test_is_called_by_its_number_where_it_can_be_seen(self, line: bytes):
        (bad,) = in_json(line)

        assert (bad.document, bad.set_aside([])["order_number"]) == (None, "EKR-1001")


class TestTheColumns:
    def test_are_every_field_of_an_order(self):
        order = msgspec.to_builtins(in_csv(table(*EXAMPLE_ROWS))[1].document)
        parts = {"lines": "line", "payments": "payment", "shipments": "shipment"}
        paths = order.keys() - parts.keys() - {"customer", "shipping_address"}
        for inside in ("customer", "shipping_address"):
            paths |= {f"{inside}.{name}" for name in order[inside]}
        for many, one in parts.items():
            paths |= {f"{one}.{name}" for name in order[many][0]}
        paths -= {"line.vehicle", "shipment.lines"}
        paths |= {"line.vehicle.make", "line.vehicle.model", "line.vehicle.year"}

        assert set(columns()) == paths | {"shipment.quantity"}

    def test_begin_with_the_number_and_keep_together_what_belongs_together(self):
        parts = [column.part for column in columns().values()]

        assert next(iter(columns())) == "order_number"
        assert parts == sorted(parts, key=list(dict.fromkeys(parts)).index)

    def test_that_are_unknown_missing_or_twice_are_refused_at_once(self):
        header = ",".join([*(name for name in columns() if name != "line.sku"), "colour", "status"])
        with pytest.raises(UnusableFile) as refused:
            in_csv(header.encode())

        assert refused.value.faults[:3] == (
            "Unknown columns: colour.",
            "Columns given twice: status.",
            "Missing columns: line.sku.",
        )

    @pytest.mark.parametrize("raw", [as_json(), b"Dana Reyes,dana@example.com,27069"])
    def test_are_asked_for_without_a_word_of_what_stands_in_their_place(self, raw: bytes):
        with pytest.raises(UnusableFile) as refused:
            in_csv(raw)

        assert "Dana" not in str(refused.value)
        assert ("--format jsonl" in str(refused.value)) == raw.startswith(b"{")

    def test_whose_cells_may_be_empty_may_be_left_out(self):
        kept = [name for name, column in columns().items() if column.needed]
        rows = [[cells.get(name, "") for name in kept] for cells in (ONE,)]
        written = io.StringIO()
        csv.writer(written).writerows([kept, *rows])
        (order,) = in_csv(written.getvalue().encode())

        assert order.document is not None
        assert order.document.paid_at is None

    @pytest.mark.parametrize("raw", [b"", b"\xff\xfeo\0r\0", b"x" * (LONGEST_LINE + 1)])
    def test_must_be_there_to_be_read(self, raw: bytes):
        with pytest.raises(UnusableFile):
            in_csv(raw)


class TestRowsOfAnOrder:
    def test_tell_of_lines_payments_and_parcels(self):
        first, second = in_csv(table(*EXAMPLE_ROWS))

        assert (first.line, second.line) == (2, 3)
        order = second.document
        assert order is not None
        assert order_problems(order) == []
        assert [(line.line_id, line.quantity) for line in order.lines] == [("L1", 2), ("L2", 1)]
        assert [payment.captured for payment in order.payments] == [20000, 11389]
        assert [
            (parcel.shipment_id, [(row.line_id, row.quantity) for row in parcel.lines])
            for parcel in order.shipments
        ] == [("S1", [("L1", 1), ("L2", 1)]), ("S2", [("L1", 1)])]
        assert order.lines[0].vehicle is not None
        assert order.lines[1].vehicle is order.customer.account_id is None

    @pytest.mark.parametrize(
        "raw",
        [
            table(*EXAMPLE_ROWS, delimiter=";", end="\r\n"),
            b"\xef\xbb\xbf" + table(*EXAMPLE_ROWS, delimiter="\t"),
            table(*EXAMPLE_ROWS).replace(b"EKR-1002", b"\n\nEKR-1002", 1) + b",,,\n,,,\n",
        ],
    )
    def test_are_the_same_however_a_spreadsheet_wrote_them(self, raw: bytes):
        plain = [order.document for order in in_csv(table(*EXAMPLE_ROWS))]

        assert [order.document for order in in_csv(raw)] == plain

    def test_may_hold_lines_and_quotes_inside_their_cells(self):
        title = 'Covers "Nº 5",\nin two lines; and more'
        (order,) = in_csv(table(ONE | {"line.title": title}))

        assert order.document is not None
        assert order.document.lines[0].title == title

    def test_say_the_same_of_one_thing_or_nothing(self):
        again = TWO | {"payment.captured": "20001", "shipment.quantity": "2"}

        first, second = reasons(in_csv(table(TWO, MAT, again)))
        assert first.startswith("row 4, column payment.captured: It says “20001”, row 2 says some")
        assert second.startswith("row 4, column shipment.quantity: It says “2”, row 2 says some")
        assert first.endswith("Rows of one order say the same, or nothing.")

    @pytest.mark.parametrize(
        ("cell", "reason"),
        [
            (
                {"line.unit_price": "129.95"},
                "column line.unit_price: Amounts are whole minor units (12995 for 129.95), without",
            ),
            (
                {"line.quantity": "two"},
                "column line.quantity: Expected a whole number, found “two”.",
            ),
            (
                {"line.tax_included": "WAHR"},
                "column line.tax_included: Expected true or false, found “WAHR”.",
            ),
            ({"line.sku": ""}, "column line.sku: The cell is empty."),
            ({"line.vehicle.year": ""}, "column line.vehicle.year: The field is missing."),
            ({"line.title": "a\0b"}, "column line.title: The text holds a NUL."),
            (
                {"line.line_id": ""},
                "column line.line_id: The cell is empty, though others of its line are filled.",
            ),
            (
                {"customer.email": "dana"},
                "column customer.email: Expected an e-mail address, such as",
            ),
            (
                {"line.image_url": "seat.jpg"},
                f"column line.image_url: {NO_PICTURE}",
            ),
            ({"placed_at": "20.02.2026"}, "column placed_at: Invalid RFC3339 encoded datetime."),
        ],
    )
    def test_are_refused_by_row_and_column(self, cell: dict[str, str], reason: str):
        good, bad = in_csv(table(TWO, ONE | cell))

        assert good.document is not None
        assert reasons([bad])[0].startswith(f"row 3, {reason}")

    def test_without_a_number_cost_the_order_above_them(self):
        orders = in_csv(table(TWO, MAT | {"order_number": ""}, ONE))

        assert reasons(orders) == ["row 3, column order_number: The cell is empty."]
        assert [order.document is None for order in orders] == [True, False]

    def test_name_row_and_column_of_what_the_order_is_refused_for(self):
        _, order = in_csv(table(*EXAMPLE_ROWS))

        places = {
            "/status": "row 3, column status",
            "/lines/1/tax": "row 4, column line.tax",
            "/lines/0/vehicle/year": "row 3, column line.vehicle.year",
            "/payments/1/reference": "row 4, column payment.reference",
            "/shipments/1/lines/0/quantity": "row 5, column shipment.quantity",
            "/shipments/0/lines/1/line_id": "row 4, column line.line_id",
            "/shipments": "row 3 (/shipments)",
            "": "row 3 ()",
        }
        assert {pointer: order.where(pointer) for pointer in places} == places

    def test_that_are_not_text_are_told_by_their_column(self):
        raw = table(ONE).replace(b"Chicago", b"Chic\xe4go")

        assert reasons(in_csv(raw)) == [
            "row 2, column shipping_address.city: The text is not UTF-8."
        ]

    def test_stand_together(self):
        first, between, apart = in_csv(table(TWO, ONE, MAT))

        assert first.document is not None
        assert between.document is not None
        assert "EKR-1002 began at row 2 already" in reasons([apart])[0]
        assert "rows" not in apart.raw

    def test_are_not_without_end(self):
        rows = [
            {"order_number": "EKR-1", "line.line_id": f"L{place}"} for place in range(MOST_ROWS + 5)
        ]
        big, good = in_csv(table(*rows, ONE))

        assert "row 1002: An order has up to 1,000 rows." in reasons([big])
        assert good.document is not None


class TestATornRow:
    def test_costs_its_own_order_alone_where_its_number_can_be_read(self):
        raw = table(TWO, MAT, ONE).replace(b"Floor mat", b'"Floor" mat')
        torn, good = in_csv(raw)

        assert reasons([torn])[0].startswith("row 3 (text line 3): It cannot be taken apart")
        assert good.document is not None

    def test_costs_its_neighbours_where_it_took_others_along(self):
        numbers = ("EKR-A", "EKR-B", "EKR-C")
        raw = table(TWO, *[ONE | {"order_number": number} for number in numbers])
        torn, after, good = in_csv(raw.replace(b'black"', b"black", 1))

        assert (torn.number, torn.document) == ("EKR-1002", None)
        assert "(text lines 2 to 3)" in reasons([torn])[0]
        assert reasons([after]) == ["row 2 before it is torn, and may have held a part of it."]
        assert (good.number, good.document is None) == ("EKR-C", False)

    def test_without_a_number_costs_the_order_above_and_the_one_below(self):
        raw = table(ONE, TWO, *[ONE | {"order_number": number} for number in ("EKR-A", "EKR-B")])
        orders = in_csv(raw.replace(b"EKR-1002", b'"EKR-1002', 1))

        assert [(order.number, order.document is None) for order in orders] == [
            ("EKR-1001", True),
            ("EKR-A", True),
            ("EKR-B", False),
        ]

    def test_is_one_with_a_line_that_is_too_long(self):
        raw = table(ONE, TWO | {"line.title": "x" * LONGEST_LINE}, ONE | {"order_number": "EKR-A"})
        good, torn, after = in_csv(raw)

        assert "A line is longer than 1,000,000 bytes" in reasons([torn])[0]
        assert (good.document is None, after.document is None) == (False, False)

    def test_with_too_few_cells_is_refused(self):
        raw = table(ONE, TWO).replace(b"EKR-1002,", b"EKR-1002", 1)
        good, bad = in_csv(raw)

        assert good.document is not None
        assert "cells, the header has" in reasons([bad])[0]


class TestWhatWasSetAside:
    def test_can_be_taken_in_again_once_it_was_mended(self):
        broken = in_json(as_json(discount=-1.5), as_json(surprise=1))
        (row,) = in_csv(table(ONE | {"line.tax": "3.2"}))
        entries = [order.set_aside(list(order.reasons)) for order in (*broken, row)]
        entries[0]["input"] = entries[0]["input"].replace("-1.5", "1000")
        del entries[1]["order"]["surprise"]
        entries[2]["rows"][0]["line.tax"] = "320"
        again = in_json(*[json.dumps(entry).encode() for entry in entries])

        assert reasons(again) == []
        assert [order.number for order in again] == ["EKR-1001"] * 3
        assert all(order.document for order in again)

    def test_is_refused_again_as_it_is(self):
        for given in (as_json(surprise=1), b"{", b"x" * (LONGEST_LINE + 1)):
            (order,) = in_json(given)
            entry = json.dumps(order.set_aside(list(order.reasons))).encode()
            (again,) = in_json(entry)

            assert again.document is None

    def test_cannot_be_taken_in_without_the_rows_that_are_missing(self):
        *_, apart = in_csv(table(TWO, ONE, MAT))
        (again,) = in_json(json.dumps(apart.set_aside(["…"])).encode())

        assert reasons([again]) == [
            "Nothing here can be taken in: mend it in the file that it came from."
        ]
