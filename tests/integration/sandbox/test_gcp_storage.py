"""The sandbox's storage service as Google's own client sees it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from google.api_core import exceptions

from entrypoints.sandbox.gcp.resources import bucket
from entrypoints.sandbox.gcp.server import GcpServer
from tests.integration.sandbox.gcp_clients import buckets, running


@pytest.fixture(scope="module")
def server() -> Iterator[GcpServer]:
    with running() as started:
        yield started


@pytest.fixture
def gcp(server: GcpServer) -> GcpServer:
    server.project.empty()
    server.forget()
    return server


def names(server: GcpServer, **options: object) -> list[str]:
    with buckets(server) as client:
        return [each.name for each in client.list_buckets(retry=None, **options)]


def test_buckets_come_by_name_page_by_page(gcp: GcpServer) -> None:
    gcp.project.put(*(bucket(name) for name in "cab"))
    assert names(gcp, page_size=2) == ["a", "b", "c"]
    assert sum(request.path == "/storage/v1/b" for request in gcp.requests) == 2


def test_a_bucket_is_told_with_all_that_google_tells(gcp: GcpServer) -> None:
    gcp.project.put(
        bucket("lake", location="EU", labels={"team": "data"}, versioning=True),
        bucket("exports", storage_class="NEARLINE"),
    )
    with buckets(gcp) as client:
        exports, lake = client.list_buckets()
    assert (lake.location, lake.location_type) == ("EU", "multi-region")
    assert (exports.location, exports.location_type) == ("EUROPE-WEST3", "region")
    assert (exports.storage_class, exports.versioning_enabled) == ("NEARLINE", False)
    assert (lake.labels, lake.versioning_enabled) == ({"team": "data"}, True)
    assert lake.time_created == datetime(2024, 5, 6, 14, 8, 9, 123000, UTC)
    assert lake.iam_configuration.public_access_prevention == "inherited"
    assert str(lake.project_number) == gcp.project.number


def test_buckets_that_do_not_answer_are_named_to_who_takes_a_part(gcp: GcpServer) -> None:
    gcp.project.put(bucket("near"), bucket("far", location="US-CENTRAL1"))
    gcp.project.unreachable("us-central1")
    with pytest.raises(exceptions.ServiceUnavailable):
        names(gcp)
    with buckets(gcp) as client:
        (page,) = client.list_buckets(return_partial_success=True).pages
        assert [each.name for each in page] == ["near"]
        assert page.unreachable == ["projects/_/buckets/far"]


def test_what_is_not_allowed_names_the_permission(gcp: GcpServer) -> None:
    gcp.project.deny("storage.buckets.list")
    with pytest.raises(exceptions.Forbidden, match=r"'storage\.buckets\.list' denied") as refused:
        names(gcp)
    assert refused.value.errors[0]["reason"] == "forbidden"
    gcp.project.allow("storage.buckets.list")
    assert names(gcp) == []


def test_a_service_that_is_off_and_a_project_nobody_knows_are_refused(gcp: GcpServer) -> None:
    with (
        buckets(gcp, project="other") as client,
        pytest.raises(exceptions.BadRequest, match="Unknown project id: other"),
    ):
        list(client.list_buckets(retry=None))
    gcp.project.disable_api("storage")
    with pytest.raises(exceptions.Forbidden) as refused:
        names(gcp)
    assert refused.value.errors[0]["reason"] == "accessNotConfigured"
