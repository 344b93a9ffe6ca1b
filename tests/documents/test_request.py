import pytest

from returns_engine.documents.errors import DocumentError
from returns_engine.documents.reading import read_document
from returns_engine.documents.request import RequestDocument
from tests.documents.examples import LEFT_OUT, REQUEST, changed, raw


def read(document):
    return read_document(raw(document), RequestDocument)


def fault(pointer, value):
    with pytest.raises(DocumentError) as refused:
        read(changed(REQUEST, pointer, value))
    (error,) = refused.value.errors
    return error.pointer, error.code


class TestARequestThatIsRead:
    def test_needs_little(self):
        facts = read(REQUEST).facts()

        assert facts.kind == "return"
        assert facts.resolution is None
        assert facts.lines[0].declared_condition.unused is None
        assert facts.lines[0].photos == 0

    def test_may_say_much(self):
        document = read(
            {
                "order_number": "EKR-1001",
                "kind": "return",
                "resolution": "replacement",
                "contact_channel": "whatsapp",
                "override": {"line_id": "L1", "rule": "return_window", "reason": "Sorry."},
                "lines": [
                    {
                        "line_id": "L1",
                        "quantity": 1,
                        "reason": "defective",
                        "comment": "x" * 2000,
                        "declared_condition": {"unused": False, "tags_attached": True},
                        "photo_ids": ["a", "b", "a"],
                    }
                ],
            }
        )

        (line,) = document.facts().lines
        assert line.declared_condition.unused is False
        assert line.declared_condition.original_packaging is None
        assert line.photos == 2
        assert document.override.rule == "return_window"

    def test_leaves_what_is_not_allowed_to_the_rules(self):
        for pointer, value in [
            ("/lines", []),
            ("/lines/0/quantity", 0),
            ("/lines/0/reason", LEFT_OUT),
            ("/lines/0/quantity", 10**15),
        ]:
            assert read(changed(REQUEST, pointer, value)).facts()


class TestARequestThatCannotBeRead:
    @pytest.mark.parametrize(
        ("pointer", "value"),
        [
            ("/lines/0/quantity", "1"),
            ("/lines/0/quantity", True),
            ("/lines/0/quantity", None),
            ("/lines/0/reason", "bored"),
            ("/lines/0/cause", "ghosts"),
            ("/lines/0/comment", "x" * 2001),
            ("/lines/0/photo_ids", [str(number) for number in range(11)]),
            ("/lines/0/photo_ids", "photo"),
            ("/lines/0/declared_condition", {"unused": "yes"}),
            ("/kind", "swap"),
            ("/resolution", "money"),
            ("/contact_channel", "fax"),
            ("/override", {"line_id": "L1", "rule": "luck", "reason": "x"}),
            ("/order_number", 1001),
        ],
    )
    def test_names_the_field_of_a_wrong_value(self, pointer, value):
        place, code = fault(pointer, value)

        assert place.startswith(pointer)
        assert code == "wrong_value"

    @pytest.mark.parametrize("pointer", ["/state", "/amount", "/lines/0/received", "/lines/0/net"])
    def test_lets_nobody_smuggle_in_a_field(self, pointer):
        assert fault(pointer, 1) == (pointer, "unknown_field")

    @pytest.mark.parametrize(
        "pointer", ["/order_number", "/lines", "/lines/0/line_id", "/lines/0/quantity"]
    )
    def test_names_a_missing_field(self, pointer):
        assert fault(pointer, LEFT_OUT) == (pointer, "missing_field")
