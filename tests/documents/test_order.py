import pytest

from returns_engine.documents.errors import DocumentError
from returns_engine.documents.order import OrderDocument
from returns_engine.documents.order_problems import order_problems
from returns_engine.documents.reading import read_document
from tests.documents.examples import LEFT_OUT, ORDER, changed, raw

LINE = ORDER["lines"][0]
PAYMENT = ORDER["payments"][0]
PARCEL = ORDER["shipments"][0]


def read(document):
    return read_document(raw(document), OrderDocument)


def fault(pointer, value):
    with pytest.raises(DocumentError) as refused:
        read(changed(ORDER, pointer, value))
    (error,) = refused.value.errors
    return error.pointer, error.code


def problems(pointer, value):
    found = order_problems(read(changed(ORDER, pointer, value)))
    return [(error.pointer, error.code) for error in found]


class TestAnOrderThatIsRead:
    def test_is_the_contracts_example(self):
        order = read(ORDER)

        assert order_problems(order) == []
        assert order.order_number is None

    def test_gives_the_rules_their_facts_without_the_people(self):
        facts = read(ORDER).facts("EKR-1001")

        assert facts.order_number == "EKR-1001"
        assert facts.country == "US"
        assert facts.lines[0].kind == "stock"
        assert facts.shipments[0].lines[0].quantity == 2
        assert "Dana" not in repr(facts)

    @pytest.mark.parametrize(
        "pointer",
        [
            "/paid_at",
            "/confirmed_at",
            "/production_started_at",
            "/customer/email",
            "/customer/phone",
            "/customer/account_id",
            "/shipping_address/line2",
            "/shipping_address/region",
            "/lines/0/vehicle",
            "/lines/0/image_url",
            "/payments/0/refundable_until",
            "/shipments/0/delivered_at",
            "/shipments/0/delivery_evidence",
        ],
    )
    def test_may_have_null_or_nothing_where_nothing_is_known(self, pointer):
        assert problems(pointer, None) == []
        assert problems(pointer, LEFT_OUT) == []

    @pytest.mark.parametrize(
        "address",
        ["https://shop.example/seat.jpg", "http://shop.example:8080", "https://çhop.example/ü?w=1"],
    )
    def test_may_say_where_a_picture_of_an_item_is(self, address):
        assert problems("/lines/0/image_url", address) == []


class TestAnOrderThatCannotBeRead:
    @pytest.mark.parametrize(
        ("pointer", "value"),
        [
            ("/lines/0/quantity", "2"),
            ("/lines/0/quantity", True),
            ("/lines/0/unit_price", None),
            ("/lines/0/tax_included", 1),
            ("/lines/0/kind", "spot"),
            ("/lines/0/line_id", ""),
            ("/lines/0/line_id", "x" * 101),
            ("/lines", {}),
            ("/lines/0", []),
            ("/status", "cancelled"),
            ("/placed_at", "2026-02-20T15:04:05"),
            ("/placed_at", "2026-02-20"),
            ("/placed_at", "yesterday"),
            ("/placed_at", 1771599845),
            ("/placed_at", None),
            ("/customer/email", "dana"),
            ("/customer/email", "dana@exam ple.com"),
            ("/customer/email", "dana@example.com\n"),
            ("/customer/email", "dana@example.com\x1c"),
            ("/customer/email", "\ufeffdana@example.com"),
            ("/customer/phone", "call me"),
            ("/shipping_address/country", "USA"),
            ("/shipping_address/country", "us"),
            ("/shipping_address/country", "US\n"),
            ("/shipments/0/delivery_evidence", "rumor"),
            ("/payments/0/provider", "paypal"),
            ("/channel", ""),
            ("/lines/0/image_url", ""),
            ("/lines/0/image_url", "seat.jpg"),
            ("/lines/0/image_url", "/media/seat.jpg"),
            ("/lines/0/image_url", "//shop.example/seat.jpg"),
            ("/lines/0/image_url", "https:///seat.jpg"),
            ("/lines/0/image_url", "https://shop.example/a seat.jpg"),
            ("/lines/0/image_url", "https://shop.example/seat.jpg\n"),
            ("/lines/0/image_url", "javascript:alert(1)"),
            ("/lines/0/image_url", "data:image/png;base64,AAAA"),
            ("/lines/0/image_url", "ftp://shop.example/seat.jpg"),
        ],
    )
    def test_names_the_field_of_a_wrong_value(self, pointer, value):
        assert fault(pointer, value) == (pointer, "wrong_value")

    @pytest.mark.parametrize(
        "pointer",
        ["/state", "/customer/vip", "/lines/0/price", "/shipments/0/lines/0/received", "/a~1b"],
    )
    def test_names_an_unknown_field(self, pointer):
        key = pointer.replace("~1", "|")
        document = changed(ORDER, key, 1) if "|" not in key else {**ORDER, "a/b": 1}
        with pytest.raises(DocumentError) as refused:
            read(document)

        (error,) = refused.value.errors
        assert (error.pointer, error.code) == (pointer, "unknown_field")

    @pytest.mark.parametrize(
        "pointer",
        [
            "/currency",
            "/lines",
            "/customer",
            "/shipping_address/country",
            "/discount",
            "/payments/0/captured",
            "/shipments/0/lines/0/quantity",
        ],
    )
    def test_names_a_missing_field(self, pointer):
        assert fault(pointer, LEFT_OUT) == (pointer, "missing_field")

    @pytest.mark.parametrize(
        ("pointer", "value", "says"),
        [
            ("/status", "sent", "Expected one of pending, processing, completed, canceled."),
            ("/payments/0/provider", "cash", "Expected one of external, stripe."),
            (
                "/shipments/0/delivery_evidence",
                "dog",
                "Expected one of carrier_scan, customer_statement, estimate.",
            ),
            ("/customer/email", "dana", "Expected an e-mail address, such as dana@example.com."),
            ("/customer/phone", "dana", "Expected a phone number, such as +13125550123"),
            ("/shipping_address/country", "us", "Expected two capital letters (ISO 3166-1)"),
            ("/lines/0/image_url", "seat.jpg", "Expected an absolute http or https address"),
        ],
    )
    def test_says_what_a_wrong_value_could_be(self, pointer, value, says):
        with pytest.raises(DocumentError) as refused:
            read(changed(ORDER, pointer, value))

        assert refused.value.errors[0].detail.startswith(says)

    def test_is_no_list_and_no_text(self):
        for document in ([], "order", None, 1):
            with pytest.raises(DocumentError) as refused:
                read(document)
            assert refused.value.errors[0].pointer == ""
            assert refused.value.errors[0].place == "(the whole document)"


class TestAnOrderThatContradictsItself:
    @pytest.mark.parametrize(
        ("pointer", "value", "found"),
        [
            ("/lines/1", LINE, ("/lines/1/line_id", "line_id_twice")),
            (
                "/payments/1",
                PAYMENT | {"reference": "pi_124"},
                ("/payments/1/payment_id", "payment_id_twice"),
            ),
            (
                "/payments/1",
                PAYMENT | {"payment_id": "P2"},
                ("/payments/1/reference", "payment_reference_twice"),
            ),
            (
                "/shipments/1",
                PARCEL | {"lines": []},
                ("/shipments/1/shipment_id", "shipment_id_twice"),
            ),
            (
                "/shipments/0/lines/0/line_id",
                "L9",
                ("/shipments/0/lines/0/line_id", "unknown_line"),
            ),
            (
                "/shipments/0/lines/0/quantity",
                3,
                ("/shipments/0/lines/0/quantity", "more_shipped_than_ordered"),
            ),
            (
                "/shipments/1",
                PARCEL | {"shipment_id": "S2"},
                ("/shipments/1/lines/0/quantity", "more_shipped_than_ordered"),
            ),
            ("/discount", 25991, ("/discount", "discount_above_goods")),
            ("/discount", -1, ("/discount", "amount_below_0")),
            ("/shipping", -1, ("/shipping", "amount_below_0")),
            ("/lines/0/tax", -1, ("/lines/0/tax", "amount_below_0")),
            ("/payments/0/captured", -1, ("/payments/0/captured", "amount_below_0")),
            ("/payments/0/captured", 10**13, ("/payments/0/captured", "amount_too_large")),
            ("/currency", "XYZ", ("/currency", "unknown_currency")),
            ("/currency", "usd", ("/currency", "unknown_currency")),
            ("/placed_at", "0001-01-01T00:00:00+14:00", ("/placed_at", "date_out_of_range")),
            (
                "/shipments/0/delivered_at",
                "9999-12-31T23:59:59-12:00",
                ("/shipments/0/delivered_at", "date_out_of_range"),
            ),
        ],
    )
    def test_says_where(self, pointer, value, found):
        assert found in problems(pointer, value)

    @pytest.mark.parametrize(
        "number",
        ["2026/1001", "/", ".", "..", " 1796", "1796 ", "17\t96", "17\u202e96", "17\u200b96"],
    )
    def test_has_no_number_that_an_address_cannot_name(self, number):
        assert problems("/order_number", number) == [("/order_number", "unnameable_number")]

    @pytest.mark.parametrize("number", ["#1001", "R 1.5", "注文-7", "100%", "..."])
    def test_may_have_any_other_number(self, number):
        assert problems("/order_number", number) == []

    def test_needs_one_unit_of_a_line(self):
        assert ("/lines/0/quantity", "quantity_below_1") in problems("/lines/0/quantity", 0)
        assert ("/lines/0/quantity", "quantity_below_1") in problems("/lines/0/quantity", -2)

    def test_needs_a_line(self):
        assert ("/lines", "no_lines") in problems("/lines", [])

    def test_cannot_hold_more_tax_than_price(self):
        line = LINE | {"tax_included": True, "tax": 30_000}

        assert problems("/lines/0", line) == [("/lines/0/tax", "tax_above_price")]

    def test_may_give_everything_away(self):
        assert problems("/discount", 25990) == []
