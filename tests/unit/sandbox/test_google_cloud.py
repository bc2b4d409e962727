"""What opens a Google Cloud for the sandbox's provider, and what is said of too little."""

import json

import pytest

from entrypoints.sandbox.terraform.google.cloud import connect
from entrypoints.sandbox.terraform.google.links import image_link, same_image, same_link
from entrypoints.sandbox.terraform.google.provider import PROVIDER
from entrypoints.sandbox.terraform.google.token import Account
from entrypoints.sandbox.terraform.resource_type import CloudRefused
from entrypoints.sandbox.terraform.schema import UNKNOWN

KEY = {
    "client_email": "reader@shop.iam.gserviceaccount.com",
    "private_key": "-----BEGIN PRIVATE KEY-----\ncanary-of-a-key\n-----END PRIVATE KEY-----\n",
    "private_key_id": "0123",
    "token_uri": "http://127.0.0.1:9/token",
}
ENVIRONMENT = {
    "GOOGLE_CREDENTIALS": json.dumps(KEY),
    "GOOGLE_PROJECT": "shop",
    "GOOGLE_COMPUTE_CUSTOM_ENDPOINT": "http://127.0.0.1:9/compute/v1/",
    "GOOGLE_STORAGE_CUSTOM_ENDPOINT": "http://127.0.0.1:9/storage/v1/",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def test_the_environment_is_enough() -> None:
    cloud = connect(PROVIDER.config.empty())
    assert (cloud.project, cloud.account.email) == ("shop", KEY["client_email"])
    assert "canary" not in repr(cloud)


def test_the_provider_block_goes_first_unless_it_is_not_known_yet() -> None:
    given = {**PROVIDER.config.empty(), "project": "other", "zone": UNKNOWN}
    assert (connect(given).project, connect(given).zone) == ("other", None)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("GOOGLE_CREDENTIALS", "", "No credentials loaded"),
        ("GOOGLE_CREDENTIALS", "/nowhere", "neither JSON nor a file"),
        ("GOOGLE_CREDENTIALS", '{"client_email": "a"}', "lacks private_key, private_key_id, token"),
        ("GOOGLE_CREDENTIALS", "{", "lacks client_email"),
        ("GOOGLE_COMPUTE_CUSTOM_ENDPOINT", "", "GOOGLE_COMPUTE_CUSTOM_ENDPOINT is not"),
        ("GOOGLE_COMPUTE_CUSTOM_ENDPOINT", "http://127.0.0.1:9", "ends in its version"),
        ("GOOGLE_STORAGE_CUSTOM_ENDPOINT", "http://127.0.0.1:9/v1", "ends in its version"),
    ],
)
def test_who_says_too_little_is_told_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(CloudRefused) as refused:
        connect(PROVIDER.config.empty())
    assert words in f"{refused.value.summary} {refused.value.detail}"


def test_a_key_that_is_none_is_said_and_never_shown() -> None:
    with pytest.raises(CloudRefused) as refused:
        Account.read(json.dumps(KEY)).token()
    assert "cannot be read" in refused.value.summary
    assert "canary" not in f"{refused.value} {refused.value.detail}"


@pytest.mark.parametrize(
    ("image", "link"),
    [
        ("debian-cloud/debian-12", "projects/debian-cloud/global/images/family/debian-12"),
        ("projects/p/global/images/family/f", "projects/p/global/images/family/f"),
        ("https://h/compute/v1/projects/p/global/images/i", "projects/p/global/images/i"),
        ("global/images/own", "global/images/own"),
        ("own", "global/images/family/own"),
    ],
)
def test_an_image_is_linked_however_it_is_spelled(image: str, link: str) -> None:
    assert image_link(image) == link


def test_an_image_is_of_its_family_and_of_no_other() -> None:
    there = "https://www.googleapis.com/compute/v1/projects/p/global/images/debian-12-v2026"
    assert same_image(there, "p/debian-12")
    assert same_image(there, "projects/p/global/images/debian-12-v2026")
    assert not same_image(there, "p/debian-1")
    assert not same_image(there, "q/debian-12")


def test_links_are_the_same_when_one_is_the_end_of_the_other() -> None:
    whole = "https://www.googleapis.com/compute/v1/projects/p/global/networks/shop"
    for end in ("shop", "global/networks/shop", "projects/p/global/networks/shop", whole):
        assert same_link(whole, end) and same_link(end, whole)
    for other in ("op", "projects/q/global/networks/shop", "shop/x"):
        assert not same_link(whole, other)
