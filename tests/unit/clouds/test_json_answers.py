"""A quick way to read JSON that means the same as the standard library's."""

import json
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.clouds.json_answers import read_exactly, read_json

documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(documents, st.booleans())
def test_every_document_is_read_as_the_standard_library_reads_it(
    document: object, ascii_alone: bool
) -> None:
    body = json.dumps(document, ensure_ascii=ascii_alone).encode("utf-8", "surrogatepass")
    assert read_json(body) == json.loads(body) == document


@pytest.mark.parametrize(
    ("body", "meaning"),
    [
        (rb'{"name": "half a pair: \ud800"}', {"name": "half a pair: \ud800"}),
        (b'\xef\xbb\xbf{"marked": true}', {"marked": True}),
        (b'{"twice": 1, "twice": 2}', {"twice": 2}),
        (b"12345678901234567890123456789", 12345678901234567890123456789),
        (b"[" * 300 + b"]" * 300, json.loads("[" * 300 + "]" * 300)),
    ],
)
def test_what_is_odd_but_legible_is_read(body: bytes, meaning: object) -> None:
    assert read_json(body) == meaning


def test_what_is_no_number_is_read_as_such() -> None:
    assert math.isnan(float(str(read_json(b"NaN"))))


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"{} {}", b'"\xff"', b'"\n"'])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"line 1|decode"):
        read_json(body)


def test_a_fraction_of_a_bill_is_kept_as_it_was_written() -> None:
    assert read_exactly(b"[0.10, 1e-3, 2]") == [Decimal("0.10"), Decimal("0.001"), 2]
