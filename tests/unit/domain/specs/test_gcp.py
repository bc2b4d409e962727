"""What Google Cloud would refuse is refused before Google Cloud is asked."""

import pytest

from domain.inventory import ResourceKind
from tests.unit.domain.specs.documents import accepted, complaint_about

BUCKET = ResourceKind.GCP_STORAGE_BUCKET
NETWORK = ResourceKind.GCP_NETWORK
INSTANCE = ResourceKind.GCP_COMPUTE_INSTANCE
LINK = "projects/example/regions/europe-west1/subnetworks/web"


@pytest.mark.parametrize(("kind", "longest"), [(NETWORK, 44), (INSTANCE, 55)])
def test_a_name_leaves_room_for_the_names_made_of_it(kind: ResourceKind, longest: int) -> None:
    assert complaint_about(kind, name="a" * longest) == ""
    sentence = complaint_about(kind, name="a" * (longest + 1))
    assert f"it must have 1 to {longest} characters" in sentence


@pytest.mark.parametrize("kind", [NETWORK, INSTANCE])
@pytest.mark.parametrize("name", ["", "1st", "-a", "a-", "A", "a_b", "a.b", "a\n"])
def test_names_are_those_of_hosts(kind: ResourceKind, name: str) -> None:
    assert complaint_about(kind, name=name).endswith(
        "only lower-case letters, digits and hyphens, begin with a letter and end with a letter "
        "or a digit."
    )


@pytest.mark.parametrize("name", ["abc", "1st", "a_b-c.d", "a" * 63, f"{'a' * 63}.{'b' * 63}"])
def test_names_of_buckets_that_google_takes_are_taken(name: str) -> None:
    assert accepted(BUCKET, name=name).name == name


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("a" * 64, "it may not have more than 63 characters between dots"),
        (f"b.{'a' * 64}", "it may not have more than 63 characters between dots"),
        ("a..b", "it may not have a dot beside a dot or a hyphen"),
        ("a.-b", "it may not have a dot beside a dot or a hyphen"),
        ("1.2.3.4", "it may not look like an IP address"),
        ("goog-reports", "it may not begin with goog or have google in it"),
        ("my-google-reports", "it may not begin with goog or have google in it"),
    ],
)
def test_names_that_google_keeps_or_mistakes_are_refused(name: str, rule: str) -> None:
    assert complaint_about(BUCKET, name=name).endswith(f"is not valid: {rule}.")


@pytest.mark.parametrize("name", ["ab", "Reports", "-ab", "ab-", "_ab", "a b", "a" * 223])
def test_a_bucket_is_named_with_the_letters_of_buckets(name: str) -> None:
    assert "it must have 3 to 63 characters" in complaint_about(BUCKET, name=name)


@pytest.mark.parametrize("location", ["eu", "us", "asia", "nam4", "eur4", "europe-west12"])
def test_a_bucket_is_in_a_region_or_a_group_of_them(location: str) -> None:
    assert complaint_about(BUCKET, location=location) == ""


@pytest.mark.parametrize("location", ["EU", "europe", "europe-west1-b", ""])
def test_what_is_no_location_of_a_bucket_is_refused(location: str) -> None:
    assert complaint_about(BUCKET, location=location) == (
        f"location '{location}' is not valid: it must be a region such as europe-west1, "
        "or a group of them such as eu, in lower case."
    )


@pytest.mark.parametrize(
    ("kind", "field", "value", "example"),
    [
        (NETWORK, "region", "europe-west1-b", "europe-west1"),
        (NETWORK, "region", "eu", "europe-west1"),
        (INSTANCE, "zone", "europe-west1", "europe-west1-b"),
        (INSTANCE, "zone", "Europe-West1-B", "europe-west1-b"),
        (INSTANCE, "machine_type", "micro", "e2-micro"),
        (INSTANCE, "machine_type", "E2-micro", "e2-micro"),
        (INSTANCE, "image", "Debian 12", "debian-cloud/debian-12"),
    ],
)
def test_places_and_types_are_told_by_an_example(
    kind: ResourceKind, field: str, value: str, example: str
) -> None:
    sentence = complaint_about(kind, **{field: value})
    assert sentence.startswith(f"{field} '{value}' is not valid: ")
    assert sentence.endswith(f"such as {example}.")


@pytest.mark.parametrize(
    "image",
    [
        "debian-12",
        "debian-cloud/debian-12",
        "projects/example.org:images/global/images/family/web",
        "projects/debian-cloud/global/images/debian-12-bookworm-v20310115",
    ],
)
def test_images_are_named_in_every_way_that_google_knows(image: str) -> None:
    assert complaint_about(INSTANCE, image=image) == ""


@pytest.mark.parametrize("zone", ["europe-west1-b", "us-central1-ai1a", "me-central2-c"])
def test_zones_of_every_sort_are_taken(zone: str) -> None:
    assert complaint_about(INSTANCE, zone=zone) == ""


@pytest.mark.parametrize("before", ["", "https://www.googleapis.com/compute/v1/"])
def test_a_subnetwork_is_named_with_or_without_an_address_before_it(before: str) -> None:
    assert complaint_about(INSTANCE, subnetwork=before + LINK) == ""


@pytest.mark.parametrize("link", ["web", "regions/europe-west1/subnetworks/web", LINK + "/x"])
def test_what_names_no_subnetwork_is_refused(link: str) -> None:
    sentence = complaint_about(INSTANCE, subnetwork=link)
    assert "it must be projects/PROJECT/regions/REGION/subnetworks/NAME" in sentence


def test_a_subnetwork_is_in_the_region_of_the_zone() -> None:
    assert complaint_about(INSTANCE, subnetwork=LINK, zone="us-central1-a") == (
        "subnetwork is not valid: it must be in us-central1, the zone's region."
    )


def test_without_a_word_a_machine_is_private_and_a_bucket_keeps_versions() -> None:
    machine = accepted(INSTANCE).variables()
    assert (machine["public_ip"], machine["secure_boot"]) == (False, True)
    assert accepted(BUCKET).variables()["versioning"] is True


def test_the_inventory_is_expected_to_see_a_running_instance_of_that_type() -> None:
    expected = accepted(INSTANCE, machine_type="n2-standard-4", tags={"a": "b"}).expectation()
    assert expected.tags == {"a": "b"}
    assert expected.attributes == {"machine_type": "n2-standard-4"}
    assert expected.status == frozenset({"provisioning", "staging", "running"})


def test_the_inventory_is_expected_to_see_a_closed_bucket() -> None:
    assert accepted(BUCKET, storage_class="ARCHIVE").expectation().attributes == {
        "storage_class": "ARCHIVE",
        "public_access_prevention": "enforced",
        "uniform_bucket_level_access": True,
        "versioning": True,
    }


def test_of_versions_that_were_not_asked_for_nothing_is_expected() -> None:
    assert "versioning" not in accepted(BUCKET, versioning=False).expectation().attributes
