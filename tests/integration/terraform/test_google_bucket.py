"""google_storage_bucket of the sandbox's provider, without terraform."""

from collections.abc import Iterator
from typing import Any

import pytest

from entrypoints.sandbox.gcp.changes import delete_bucket
from entrypoints.sandbox.gcp.server import GcpServer
from entrypoints.sandbox.terraform.resource_type import CloudRefused
from tests.integration.terraform.google_object import GoogleObject, connected, state

BUCKET: dict[str, Any] = {"name": "media-4711", "location": "EU"}


@pytest.fixture(scope="module")
def server() -> Iterator[GcpServer]:
    server = GcpServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def gcp(server: GcpServer) -> GcpServer:
    """A project with nothing in it."""
    server.project.empty()
    return server


@pytest.fixture
def bucket(gcp: GcpServer) -> GoogleObject:
    return GoogleObject(connected(gcp), "google_storage_bucket")


def test_a_bucket_is_adopted_by_its_name_with_nothing_but_what_is_there(
    bucket: GoogleObject,
) -> None:
    bucket.apply(**BUCKET, labels={"team": "data"}, versioning=[{"enabled": True}])
    made = state(bucket)
    for id_ in ("media-4711", "sandbox-project/media-4711"):
        bucket.adopt(id_)
        adopted = state(bucket)
        assert (adopted["id"], adopted["labels"]) == ("media-4711", None)
        assert adopted["effective_labels"] == {"team": "data"}
        assert {k: adopted[k] for k in made if "labels" not in k} == {
            k: made[k] for k in made if "labels" not in k
        }
    assert bucket.life.kind.find(bucket.cloud, "nothing-here") is None


def test_labels_of_others_are_left_alone(gcp: GcpServer, bucket: GoogleObject) -> None:
    bucket.apply(**BUCKET, labels={"team": "data"})
    held = gcp.project.buckets["media-4711"]
    gcp.project.put({**held, "labels": {**held["labels"], "cost": "42"}})
    bucket.refresh()
    assert bucket.apply(**BUCKET, labels={"team": "data"}) == "nothing"
    assert bucket.apply(**BUCKET, labels={"class": "internal"}) == "update"
    assert gcp.project.buckets["media-4711"]["labels"] == {"class": "internal", "cost": "42"}
    assert state(bucket)["labels"] == state(bucket)["terraform_labels"] == {"class": "internal"}
    assert state(bucket)["effective_labels"] == {"class": "internal", "cost": "42"}


def test_the_provider_s_own_labels_come_with_the_creation(gcp: GcpServer) -> None:
    cloud = connected(
        gcp, add_terraform_attribution_label=None, default_labels={"team": "platform"}
    )
    bucket = GoogleObject(cloud, "google_storage_bucket")
    bucket.apply(**BUCKET)
    labels = {"goog-terraform-provisioned": "true", "team": "platform"}
    assert gcp.project.buckets["media-4711"]["labels"] == labels
    assert (state(bucket)["labels"], state(bucket)["terraform_labels"]) == (None, labels)
    bucket.apply(**BUCKET, labels={"team": "data"})
    assert gcp.project.buckets["media-4711"]["labels"] == {**labels, "team": "data"}


def test_a_bucket_changes_in_place_but_for_its_name_and_place(
    gcp: GcpServer, bucket: GoogleObject
) -> None:
    bucket.apply(**BUCKET)
    assert bucket.apply(**{**BUCKET, "location": "eu"}) == "nothing"
    for other in ({**BUCKET, "location": "US"}, {**BUCKET, "name": "other-4711"}):
        assert bucket.apply(**other) == "replace"
    safer = {"public_access_prevention": "enforced", "uniform_bucket_level_access": True}
    assert bucket.apply(**BUCKET, **safer, storage_class="NEARLINE") == "update"
    held = gcp.project.buckets["media-4711"]
    assert held["iamConfiguration"]["publicAccessPrevention"] == "enforced"
    assert held["storageClass"] == "NEARLINE"


def test_a_bucket_with_something_in_it_goes_only_if_that_was_wanted(
    gcp: GcpServer, bucket: GoogleObject
) -> None:
    bucket.apply(**BUCKET)
    gcp.project.store("media-4711", "2026/logo.png", "readme")
    with pytest.raises(CloudRefused, match="containing objects without `force_destroy`"):
        bucket.destroy()
    assert bucket.apply(**BUCKET, force_destroy=True) == "update"
    bucket.destroy()
    assert (gcp.project.buckets, gcp.project.objects) == ({}, {})


def test_what_is_gone_is_seen_and_destroyed_without_complaint(
    gcp: GcpServer, bucket: GoogleObject
) -> None:
    bucket.apply(**BUCKET)
    before = state(bucket)
    delete_bucket(gcp.project, name="media-4711")
    bucket.refresh()
    assert bucket.state is None
    bucket.state = before
    bucket.destroy()


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({**BUCKET, "name": "backup"}, "Error 409: The requested bucket name is not available"),
        ({**BUCKET, "labels": {"note": "${x}"}}, "Error 400: .* violates format constraints"),
        ({**BUCKET, "location": "mars"}, "location constraint is not valid"),
    ],
)
def test_a_bucket_that_cannot_be_made_says_why(
    gcp: GcpServer, bucket: GoogleObject, wish: dict[str, Any], words: str
) -> None:
    gcp.project.take_elsewhere("backup")
    with pytest.raises(CloudRefused, match=words):
        bucket.apply(**wish)
    assert (bucket.state, gcp.project.buckets) == (None, {})
