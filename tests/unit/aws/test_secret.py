"""What is accepted as the secret of an AWS credential."""

import json
import traceback

import pytest

from adapters.aws import secret as secret_module
from adapters.aws.clouds import AwsSecretFormat
from adapters.aws.secret import AwsSecret, parse_secret
from application.ports.errors import Rejected
from domain.accounts import Provider

CANARY = "canary value never shown"
KEYS = {"access_key_id": "AKIATESTTESTTESTTEST", "secret_access_key": "x" * 40}
ROLE = "arn:aws:iam::123456789012:role/path/to/inventory"


def parsed(**fields: object) -> AwsSecret:
    return parse_secret({**KEYS, **fields}, allow_custom_endpoints=True)


def test_two_keys_are_enough() -> None:
    secret = parsed()
    assert (secret.regions, secret.home) == (None, "us-east-1")


def test_the_first_region_is_home_and_each_is_kept_once() -> None:
    secret = parsed(regions=["cn-north-1", "us-gov-west-1", "cn-north-1"])
    assert secret.regions == ["cn-north-1", "us-gov-west-1"]
    assert secret.home == "cn-north-1"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("access_key_id", f"{CANARY}\n"),
        ("access_key_id", "AKIATESTTESTTESTTEST\n"),
        ("access_key_id", ""),
        ("access_key_id", None),
        ("access_key_id", 7),
        ("secret_access_key", CANARY),
        ("secret_access_key", f"xxxxxxxx\r\nX-Injected: {CANARY}"),
        ("secret_access_key", ["x"]),
        ("session_token", f"token\n{CANARY}"),
        ("role_arn", CANARY),
        ("role_arn", "arn:aws:iam::12:role/x"),
        ("external_id", f"{CANARY} %"),
        ("regions", CANARY),
        ("regions", []),
        ("regions", ["eu-west-1", CANARY]),
        ("regions", ["eu-west-1.evil.example/"]),
        ("endpoint_url", f"ftp://{CANARY}"),
        ("endpoint_url", "http://example.org"),
        ("endpoint_url", "http://localhost.example.org"),
        ("endpoint_url", "https://user:word@example.org"),
        ("endpoint_url", "https://[::1"),
        ("endpoint_url", "https://"),
        ("endpoint_url", 5),
    ],
)
def test_a_malformed_field_is_named_and_its_value_is_not_shown(field: str, value: object) -> None:
    with pytest.raises(Rejected) as caught:
        parsed(**{field: value})
    told = "".join(traceback.format_exception(caught.value))
    assert field in caught.value.summary
    assert CANARY not in told
    assert "X-Injected" not in told


def test_missing_and_unknown_fields_are_all_named_at_once() -> None:
    with pytest.raises(Rejected) as caught:
        parse_secret({"access_key_id": "AKIATEST", "secret": CANARY}, allow_custom_endpoints=False)
    assert "lacks the field secret_access_key" in caught.value.summary
    assert "unknown field secret" in caught.value.summary
    assert CANARY not in str(caught.value)


def test_an_unknown_field_with_a_hostile_name_is_shown_harmlessly() -> None:
    with pytest.raises(Rejected) as caught:
        parsed(**{"\x1b[31mred\n" + "x" * 500: 1})
    assert str(caught.value).isprintable()
    assert len(caught.value.summary) < 200


@pytest.mark.parametrize(
    "swapped",
    [
        "AKIATESTTESTTESTTEST",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "nodigitsnocapitalsyetlongerthanfortyletters",
    ],
)
def test_a_value_in_the_place_of_a_field_name_is_not_shown(swapped: str) -> None:
    with pytest.raises(Rejected) as caught:
        parsed(**{swapped: "access_key_id"})
    assert "has an unknown field." in caught.value.summary
    assert swapped not in "".join(traceback.format_exception(caught.value))


def test_however_many_fields_are_missing_or_unknown_it_takes_two_sentences() -> None:
    with pytest.raises(Rejected) as caught:
        parse_secret({"user": 1, "password": 2, "Key": 3}, allow_custom_endpoints=False)
    assert caught.value.summary == (
        "The AWS credential lacks the fields access_key_id and secret_access_key. "
        "The AWS credential has the unknown fields user, password."
    )


@pytest.mark.parametrize(
    ("field", "value", "example"),
    [
        ("regions", "eu-west-1", "a list of region names such as eu-west-1"),
        ("regions", ["Ireland"], "a list of region names such as eu-west-1"),
        ("role_arn", "inventory", "arn:aws:iam::123456789012:role/name"),
    ],
)
def test_a_refusal_shows_what_a_right_value_looks_like(
    field: str, value: object, example: str
) -> None:
    with pytest.raises(Rejected) as caught:
        parsed(**{field: value})
    assert example in caught.value.summary


def test_every_field_has_its_shape_in_words() -> None:
    assert secret_module._WORDING.shapes.keys() == AwsSecret.model_fields.keys()


def test_an_external_id_needs_a_role() -> None:
    with pytest.raises(Rejected, match="lacks the role_arn"):
        parsed(external_id="shared-word")
    assert parsed(external_id="shared-word", role_arn=ROLE).role_arn == ROLE


@pytest.mark.parametrize("document", [None, [], "no json", "[]", 7, b"\xff", "null"])
def test_what_is_no_json_object_is_refused(document: object) -> None:
    with pytest.raises(Rejected, match="not a JSON object"):
        parse_secret(document, allow_custom_endpoints=False)


@pytest.mark.parametrize("url", ["https://gov.example.org", "http://127.0.0.1:5000/"])
def test_another_endpoint_needs_permission(url: str) -> None:
    assert parsed(endpoint_url=url).endpoint_url == url
    with pytest.raises(Rejected, match="MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS"):
        parse_secret({**KEYS, "endpoint_url": url}, allow_custom_endpoints=False)


def test_a_secret_shows_no_secret() -> None:
    secret = parsed(
        secret_access_key=CANARY.replace(" ", "-"),
        session_token=CANARY.replace(" ", "-"),
        role_arn=ROLE,
        external_id=CANARY.replace(" ", "-"),
    )
    assert CANARY.replace(" ", "-") not in repr(secret) + str(secret)


def test_the_canonical_text_holds_what_was_given_and_reads_back_the_same() -> None:
    form = AwsSecretFormat(allow_custom_endpoints=False)
    text = form.canonical(Provider.AWS, {**KEYS, "regions": ["eu-west-1"], "session_token": None})
    assert json.loads(text.reveal()) == {**KEYS, "regions": ["eu-west-1"]}
    again = form.canonical(Provider.AWS, json.loads(text.reveal()))
    assert again == text


def test_a_credential_for_another_cloud_is_not_ours() -> None:
    with pytest.raises(Rejected, match="gcp"):
        AwsSecretFormat(allow_custom_endpoints=False).canonical(Provider.GCP, dict(KEYS))
