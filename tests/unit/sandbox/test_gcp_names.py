"""What the sandbox's Google Cloud lets be a name, a label, a range of addresses or a link."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrypoints.sandbox.gcp.errors import Refused
from entrypoints.sandbox.gcp.links import parsed
from entrypoints.sandbox.gcp.names import check_bucket_name, check_labels, check_name, check_range

LABELS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzäößé0123456789-_"), max_size=63)


@pytest.mark.parametrize("name", ["a", "web-1", "a" * 63])
def test_a_name_of_rfc_1035_is_a_name(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize("name", ["", "1a", "Web", "web-", "a" * 64, "a_b", "ü", None, 7])
def test_any_other_name_is_refused_with_the_rule(name: object) -> None:
    with pytest.raises(Refused, match="Must be a match of regex") as refused:
        check_name(name)
    assert refused.value.code == 400


@given(key=LABELS.filter(lambda text: text[:1].isalpha()), value=LABELS)
def test_small_letters_of_any_alphabet_figures_and_two_signs_make_a_label(
    key: str, value: str
) -> None:
    assert check_labels({key: value}) == {key: value}


@pytest.mark.parametrize(
    ("labels", "word"),
    [
        ({"Team": "x"}, "key 'Team'"),
        ({"1st": "x"}, "key '1st'"),
        ({"": "x"}, "key ''"),
        ({"k" * 64: "x"}, "at most 63"),
        ({"team": "Data"}, "value 'Data'"),
        ({"team": "a.b"}, "value 'a.b'"),
        ({"team": "${x}"}, "value '\\$"),
        ({"team": "v" * 64}, "at most 63"),
        ({"team": 7}, "value '7'"),
        ({f"k{number}": "" for number in range(65)}, "limited to 64"),
    ],
)
def test_a_label_of_anything_else_is_refused(labels: dict[str, object], word: str) -> None:
    with pytest.raises(Refused, match=word):
        check_labels(labels)


def test_nothing_at_all_is_no_labels() -> None:
    assert check_labels(None) == {}


@pytest.mark.parametrize("name", ["abc", "media-4711", "a.b-c_d.e", "1st-shop"])
def test_a_bucket_may_have_dots_and_underscores_inside(name: str) -> None:
    assert check_bucket_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("ab", "Media", "-abc", "abc-", "a..b", "a.-b", "192.168.5.4", "goog-x", "my-google-x"),
        *("é" * 4, "a" * 64 + ".example", "a" * 300),
    ],
)
def test_a_bucket_of_another_name_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="Invalid bucket name"):
        check_bucket_name(name)


def test_a_bucket_without_a_name_is_refused() -> None:
    with pytest.raises(Refused, match="Required"):
        check_bucket_name("")


def test_a_range_begins_at_its_first_address_and_has_eight_at_least() -> None:
    assert str(check_range("10.0.1.0/24")) == "10.0.1.0/24"
    for wrong in ("10.0.1.1/24", "10.0.1.0", "10.0.1.0/30", "ten", None):
        with pytest.raises(Refused, match="valid CIDR"):
            check_range(wrong)


def test_a_link_may_be_whole_or_its_end() -> None:
    pattern = "regions/{region}/subnetworks/{name}"
    for start in ("", "projects/p/", "https://www.googleapis.com/compute/v1/projects/p/"):
        found = parsed(f"{start}regions/r/subnetworks/n", pattern, "f")
        assert (found["region"], found["name"]) == ("r", "n")
        assert found["project"] == ("p" if start else None)
    for wrong in ("n", None, "regions/r/subnetworks/n/x"):
        with pytest.raises(Refused, match="The URL is malformed"):
            parsed(wrong, pattern, "f")
