"""Buckets that come, change and go, as Google's own client sees it."""

from collections.abc import Iterator
from typing import Any

import pytest
from google.api_core import exceptions

from entrypoints.sandbox.gcp.server import GcpServer
from tests.integration.sandbox.gcp_clients import buckets, running


@pytest.fixture(scope="module")
def server() -> Iterator[GcpServer]:
    with running() as started:
        yield started


@pytest.fixture
def gcp(server: GcpServer) -> GcpServer:
    server.project.empty()
    return server


@pytest.fixture
def client(gcp: GcpServer) -> Iterator[Any]:
    with buckets(gcp) as client:
        yield client


def made(client: Any, name: str = "media-4711", **fields: Any) -> Any:  # noqa: ANN401 - Google's own
    wish = client.bucket(name)
    for field, value in fields.items():
        setattr(wish, field, value)
    return client.create_bucket(wish, location="europe-west3")


def test_a_bucket_is_there_from_its_creation_to_its_deletion(client: Any) -> None:  # noqa: ANN401
    bucket = client.create_bucket("media-4711", location="eu")
    assert (bucket.location, bucket.location_type) == ("EU", "multi-region")
    assert client.get_bucket("media-4711").storage_class == "STANDARD"
    assert [each.name for each in client.list_buckets()] == ["media-4711"]
    bucket.delete()
    with pytest.raises(exceptions.NotFound, match="bucket does not exist"):
        client.get_bucket("media-4711")
    with pytest.raises(exceptions.NotFound):
        bucket.delete()


def test_a_bucket_has_what_was_wished(client: Any) -> None:  # noqa: ANN401
    bucket = made(client, labels={"team": "data"}, versioning_enabled=True)
    assert (bucket.labels, bucket.versioning_enabled) == ({"team": "data"}, True)
    access = bucket.iam_configuration
    assert not access.uniform_bucket_level_access_enabled
    assert access.public_access_prevention == "inherited"
    assert client.create_bucket("pair-4711", location="eur4").location_type == "dual-region"


def test_a_name_is_one_bucket_s_in_the_whole_world(gcp: GcpServer, client: Any) -> None:  # noqa: ANN401
    made(client)
    with pytest.raises(exceptions.Conflict, match="you already own it"):
        made(client)
    gcp.project.take_elsewhere("backup")
    with pytest.raises(exceptions.Conflict, match="shared by all users of the system"):
        made(client, "backup")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "Media"}, "Invalid bucket name: 'Media'"),
        ({"labels": {"Team": "x"}}, "Label key 'Team' violates"),
        ({"storage_class": "STANDARD", "labels": {"team": "A"}}, "Label value 'A' violates"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(
    gcp: GcpServer,
    client: Any,  # noqa: ANN401 - Google's own
    fields: dict[str, Any],
    words: str,
) -> None:
    with pytest.raises(exceptions.BadRequest, match=words):
        made(client, **fields)
    assert gcp.project.buckets == {}


def test_a_place_that_is_none_is_refused(client: Any) -> None:  # noqa: ANN401
    with pytest.raises(exceptions.BadRequest, match="location constraint is not valid"):
        client.create_bucket("media-4711", location="mars")


def test_labels_versions_and_access_can_be_changed(client: Any) -> None:  # noqa: ANN401
    bucket = made(client, labels={"team": "data", "class": "internal"})
    bucket.labels = {"team": "platform"}
    bucket.versioning_enabled = True
    bucket.iam_configuration.uniform_bucket_level_access_enabled = True
    bucket.iam_configuration.public_access_prevention = "enforced"
    bucket.patch()
    now = client.get_bucket("media-4711")
    assert (now.labels, now.versioning_enabled) == ({"team": "platform"}, True)
    assert now.iam_configuration.uniform_bucket_level_access_enabled
    assert now.iam_configuration.public_access_prevention == "enforced"
    assert (now.metageneration, now.updated > now.time_created) == (2, True)
    began = now.iam_configuration.uniform_bucket_level_access_locked_time
    now.labels = {}
    now.patch()
    again = client.get_bucket("media-4711")
    assert again.labels == {}
    assert again.iam_configuration.uniform_bucket_level_access_locked_time == began


def test_a_change_that_cannot_be_is_refused_and_changes_nothing(client: Any) -> None:  # noqa: ANN401
    bucket = made(client, labels={"team": "data"})
    bucket.labels = {"team": "Data"}
    with pytest.raises(exceptions.BadRequest, match="Label value 'Data' violates"):
        bucket.patch()
    assert client.get_bucket("media-4711").labels == {"team": "data"}
    bucket.reload()
    bucket.storage_class = "ARCHIVE"
    bucket.requester_pays = True
    bucket.patch()
    assert client.get_bucket("media-4711").storage_class == "ARCHIVE"


def test_a_bucket_with_something_in_it_stays(gcp: GcpServer, client: Any) -> None:  # noqa: ANN401
    bucket = made(client)
    gcp.project.store("media-4711", "2026/logo.png", "readme")
    with pytest.raises(exceptions.Conflict, match="is not empty"):
        bucket.delete()
    assert [each.name for each in bucket.list_blobs()] == ["2026/logo.png", "readme"]
    bucket.delete_blobs(["2026/logo.png", "readme"])
    with pytest.raises(exceptions.NotFound, match="No such object"):
        bucket.delete_blob("readme")
    bucket.delete()
    assert gcp.project.buckets == {}


def test_what_the_sandbox_cannot_change_is_said(client: Any) -> None:  # noqa: ANN401
    bucket = made(client)
    bucket.default_event_based_hold = True
    with pytest.raises(exceptions.BadRequest, match="cannot change 'defaultEventBasedHold'"):
        bucket.patch()
