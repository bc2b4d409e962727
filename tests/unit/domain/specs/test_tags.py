"""Tags arrive as they stand, or are refused with a reason."""

import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.inventory import ResourceKind
from tests.unit.domain.specs.documents import accepted, complaint_about

VPC = ResourceKind.AWS_VPC
S3 = ResourceKind.AWS_S3_BUCKET
GROUP = ResourceKind.AZURE_RESOURCE_GROUP
ACCOUNT = ResourceKind.AZURE_STORAGE_ACCOUNT
LABELLED = ResourceKind.GCP_STORAGE_BUCKET
TAGGED = [kind for kind in ResourceKind if kind is not ResourceKind.GCP_NETWORK]
INJECTION = '${file("/etc/passwd")}'
S3_LETTERS = "only letters, digits, spaces and + - = . _ : / @ may stand in tags of S3."


@pytest.mark.parametrize("kind", TAGGED)
def test_plain_tags_are_kept_as_they_are(kind: ResourceKind) -> None:
    assert accepted(kind, tags={"team": "platform"}).tags == {"team": "platform"}


@pytest.mark.parametrize("kind", TAGGED)
@pytest.mark.parametrize(
    "key", ["managed-by", "Managed-By", "multi-cloud-resource-id", "MULTI-CLOUD-x"]
)
def test_the_marks_of_the_service_cannot_be_set(kind: ResourceKind, key: str) -> None:
    word = "label" if kind.provider == "gcp" else "tag"
    assert complaint_about(kind, tags={key: "me"}) == (
        f"tags is not valid: the {word} '{key}' cannot be set: "
        "it marks what this service manages, and is set by it."
    )


@pytest.mark.parametrize(
    ("kind", "key"),
    [(VPC, "aws:x"), (S3, "AWS:x"), (GROUP, "microsoft.x"), (ACCOUNT, "Azure-x")],
)
def test_keys_that_a_cloud_keeps_for_itself_are_refused(kind: ResourceKind, key: str) -> None:
    assert complaint_about(kind, tags={key: "1"}) == (
        f"tags is not valid: the tag '{key}' cannot be set: "
        "the cloud keeps keys that begin so for itself."
    )


def test_the_name_tag_comes_from_the_name() -> None:
    expected = "tags is not valid: the tag 'Name' cannot be set: it is set from the field name."
    assert complaint_about(VPC, tags={"Name": "x"}) == expected
    assert accepted(S3, tags={"Name": "x"}).tags == {"Name": "x"}


@pytest.mark.parametrize("kind", [VPC, GROUP, ACCOUNT])
@pytest.mark.parametrize("value", [INJECTION, "%{if true}", "\"'`\\", "žluťoučký 🐎", " ", ""])
def test_hostile_values_are_text_like_any_other(kind: ResourceKind, value: str) -> None:
    assert accepted(kind, tags={"note": value}).tags == {"note": value}


def test_what_s3_does_not_take_is_refused_with_its_letters() -> None:
    expected = f"tags is not valid: the tag 'note' cannot be set: {S3_LETTERS}"
    assert complaint_about(S3, tags={"note": INJECTION}) == expected
    assert complaint_about(S3, tags={"Zoë's".replace("'", ""): "a b+c-d=e.f_g:h/i@j"}) == ""


def test_what_google_does_not_take_is_refused_with_its_letters() -> None:
    assert complaint_about(LABELLED, tags={"note": INJECTION}) == (
        "tags is not valid: the label 'note' cannot be set: "
        "its value may have only lower-case letters, digits, _ and -."
    )
    assert complaint_about(LABELLED, tags={"Note": "x"}) == (
        "tags is not valid: the label 'Note' cannot be set: "
        "a key begins with a lower-case letter and has only such letters, digits, _ and -."
    )


@pytest.mark.parametrize("key", ["1st", "-a", "a b", "a.b", "é" * 64, "日" * 50])
def test_keys_that_google_does_not_take_are_refused(key: str) -> None:
    assert "cannot be set" in complaint_about(LABELLED, tags={key: "x"})


@pytest.mark.parametrize("key", ["équipe", "部門", "a" * 63, "a-b_c9"])
def test_google_takes_the_lower_case_letters_of_every_language(key: str) -> None:
    assert accepted(LABELLED, tags={key: "日本"}).tags == {key: "日本"}


@pytest.mark.parametrize("kind", TAGGED)
@pytest.mark.parametrize("text", ["a\nb", "a\0b", "\x1b[31m", "\x7f", "\x85"])
def test_control_characters_are_refused_everywhere(kind: ResourceKind, text: str) -> None:
    assert "cannot be set" in complaint_about(kind, tags={"note": text})
    assert "cannot be set" in complaint_about(kind, tags={text: "note"})


def test_a_new_line_is_refused_by_its_name() -> None:
    assert complaint_about(VPC, tags={"note": "a\nb"}) == (
        "tags is not valid: the tag 'note' cannot be set: "
        "its value may not hold control characters, such as a new line."
    )


@pytest.mark.parametrize("letter", "<>%&\\?/")
def test_azure_takes_no_key_with_one_of_its_signs(letter: str) -> None:
    sentence = complaint_about(GROUP, tags={f"a{letter}b": "x"})
    assert "a key may hold neither control characters nor any of < > % & \\ ? /" in sentence
    assert accepted(GROUP, tags={"a": letter}).tags == {"a": letter}


def test_azure_takes_keys_that_differ_in_capitals_for_one() -> None:
    expected = "tags is not valid: two tags differ only in capitals, which the cloud takes as one."
    assert complaint_about(GROUP, tags={"Team": "a", "team": "b"}) == expected
    assert complaint_about(VPC, tags={"Team": "a", "team": "b"}) == ""


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [(VPC, 128, 256), (S3, 128, 256), (GROUP, 512, 256), (ACCOUNT, 128, 256), (LABELLED, 63, 63)],
)
def test_lengths_end_where_the_cloud_ends_them(kind: ResourceKind, key: int, value: int) -> None:
    assert complaint_about(kind, tags={"k" * key: "v" * value}) == ""
    too_long_key = f"a key has 1 to {key} characters, and no space at its ends."
    assert complaint_about(kind, tags={"k" * (key + 1): "v"}).endswith(too_long_key)
    too_long_value = f"its value has {value + 1} characters, and at most {value} fit."
    assert complaint_about(kind, tags={"k": "v" * (value + 1)}).endswith(too_long_value)


def test_signs_outside_the_basic_plane_count_twice_as_the_clouds_count_them() -> None:
    assert complaint_about(VPC, tags={"k": "🐎" * 128}) == ""
    assert "its value has 258 characters" in complaint_about(VPC, tags={"k": "🐎" * 129})


@pytest.mark.parametrize("key", ["", " a", "a ", " "])
def test_a_key_is_there_and_has_no_space_at_its_ends(key: str) -> None:
    assert "no space at its ends" in complaint_about(VPC, tags={key: "v"})


@pytest.mark.parametrize(("kind", "most"), [(VPC, 40), (S3, 40), (GROUP, 40), (LABELLED, 50)])
def test_there_is_room_for_the_marks_of_the_service(kind: ResourceKind, most: int) -> None:
    assert complaint_about(kind, tags={f"k{number}": "v" for number in range(most)}) == ""
    sentence = complaint_about(kind, tags={f"k{number}": "v" for number in range(most + 1)})
    assert f"at most {most} " in sentence
    assert f"not {most + 1}" in sentence


def test_all_tags_that_cannot_be_set_are_told_at_once() -> None:
    assert complaint_about(VPC, tags={"managed-by": "me", "team": "x", "aws:x": "1"}) == (
        "tags is not valid: the tag 'managed-by' cannot be set: it marks what this service "
        "manages, and is set by it; the tag 'aws:x' cannot be set: the cloud keeps keys that "
        "begin so for itself."
    )
    many = complaint_about(VPC, tags={f"aws:{number}": "1" for number in range(7)})
    assert many.endswith("for itself; and 2 more of them.")


def test_a_network_of_google_carries_no_labels() -> None:
    assert complaint_about(ResourceKind.GCP_NETWORK, tags={"team": "x"}) == (
        "tags is not valid: networks of Google Cloud carry no labels: leave tags out."
    )


ANY_TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60)


@given(value=ANY_TEXT)
def test_whatever_text_ec2_and_azure_are_given_is_kept_letter_by_letter(value: str) -> None:
    for kind in (VPC, GROUP):
        assert accepted(kind, tags={"note": value}).variables()["tags"] == {"note": value}


def _as_google_has_it(text: str) -> bool:
    return set(text) <= set(string.ascii_lowercase + string.digits + "_-")


@pytest.mark.parametrize(("kind", "fits"), [(LABELLED, _as_google_has_it)])
@given(value=st.text(st.characters(codec="ascii"), max_size=63))
def test_an_ascii_label_is_taken_exactly_when_google_takes_it(
    kind: ResourceKind, fits: Callable[[str], bool], value: str
) -> None:
    assert (complaint_about(kind, tags={"note": value}) == "") is fits(value)
