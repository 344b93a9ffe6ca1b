import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_engine.documents.errors import DocumentError
from returns_engine.documents.strict_json import read_json


def faults(raw):
    with pytest.raises(DocumentError) as refused:
        read_json(raw)
    return [(error.line or error.pointer, error.code) for error in refused.value.errors]


class TestStrictJson:
    def test_reads_plain_values(self):
        assert read_json('{"a": [1, -2, "é", true, null, {}]}'.encode()) == {
            "a": [1, -2, "é", True, None, {}]
        }

    @pytest.mark.parametrize(
        ("raw", "line"),
        [
            (b"", 1),
            (b"{", 1),
            (b'{"a": 1}\n}', 2),
            (b'{\n "a": 1,}', 2),
            (b'{"a": "\n"}', 1),
            (b'{"a":\n nul}', 2),
            (b'{"a": 01}', 1),
            (b"\xef\xbb\xbf{}", 1),
            (b'{"a": "NaN",\n "b": NaN}', 2),
            (b'{"a": "\\"-Infinity",\n\n "b": -Infinity}', 3),
            (b'{\n"a": "\xff"}', 2),
            (b'{"a": "\xed\xa0\x80"}', 1),
        ],
    )
    def test_names_the_line_of_a_syntax_error(self, raw, line):
        assert faults(raw) == [(line, "syntax")]

    @pytest.mark.parametrize("number", ["1.0", "1e3", "-0.5", "1E-7", "1e999999"])
    def test_refuses_numbers_with_a_point_or_an_exponent(self, number):
        assert faults(f'{{"a": [{number}]}}'.encode()) == [("/a/0", "not_a_whole_number")]

    @pytest.mark.parametrize("number", ["9" * 19, "-" + "9" * 25, "1" * 5000])
    def test_refuses_numbers_no_database_holds(self, number):
        assert faults(f'{{"a": {number}}}'.encode()) == [("/a", "number_too_large")]

    def test_refuses_a_key_given_twice(self):
        assert faults(b'{"a": {"b/c": 1, "d": 2, "b/c": 1}}') == [("/a/b~1c", "duplicate_key")]

    def test_refuses_nul_and_half_a_surrogate_pair(self):
        assert faults(b'{"a": "x\\u0000"}') == [("/a", "nul_in_text")]
        assert faults(b'{"a": ["\\ud800"]}') == [("/a/0", "lone_surrogate")]
        assert faults(b'{"\\udc00": 1}') == [("/\\udc00", "lone_surrogate")]
        assert read_json(b'"\\ud83d\\ude00"') == "\N{GRINNING FACE}"

    @pytest.mark.parametrize("depth", [33, 500, 100_000])
    def test_refuses_nesting_without_end(self, depth):
        ((_, code),) = faults(b"[" * depth + b"1" + b"]" * depth)

        assert code == "too_deep"

    def test_tells_several_faults_at_once_but_not_without_end(self):
        assert len(faults(b'{"a": 1.5, "b": "\\u0000"}')) == 2
        assert len(faults(json.dumps([0.5] * 100).encode())) == 20

    def test_is_quick_with_thousands_of_keys_given_twice(self):
        raw = "{" + ",".join(f'"k{index % 5000}": 1' for index in range(10_000)) + "}"

        assert len(faults(raw.encode())) == 20

    @given(st.binary())
    def test_never_does_worse_than_refuse(self, raw):
        with suppress(DocumentError):
            read_json(raw)

    @given(
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-(2**63) + 1, 2**63 - 1)
            | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            lambda inner: st.lists(inner) | st.dictionaries(st.text("abc/~é"), inner),
            max_leaves=20,
        )
    )
    def test_reads_what_was_written(self, value):
        assert read_json(json.dumps(value).encode()) == value
