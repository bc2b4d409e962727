"""What happens to the demo project when somebody asks for a change of something that is named."""

import pytest

from entrypoints.sandbox.gcp.changes import changes_of
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.resources import bucket, instance
from entrypoints.sandbox.happening import NothingToChange


@pytest.fixture
def project() -> GcpProject:
    project = GcpProject()
    project.put(
        instance(project.id, "us-central1-a", "web", labels={"team": "data"}), bucket("media-4711")
    )
    return project


def test_the_instance_that_is_named_is_stopped_once(project: GcpProject) -> None:
    told = changes_of(project)["stop-instance"](name="web")
    assert (told.name, told.region, told.after) == ("web", "us-central1", "stopped")
    assert project.instances["us-central1-a", "web"]["status"] == "TERMINATED"
    with pytest.raises(NothingToChange, match="web does not run any more"):
        changes_of(project)["stop-instance"](name="web")


def test_an_instance_is_named_by_its_number_too(project: GcpProject) -> None:
    number = project.instances["us-central1-a", "web"]["id"]
    told = changes_of(project)["relabel-instance"](name=number)
    assert (told.id, told.before, told.after) == (number, "data", "platform")


def test_the_bucket_that_is_named_goes_with_what_is_in_it(project: GcpProject) -> None:
    project.store("media-4711", "readme")
    assert changes_of(project)["delete-bucket"](name="media-4711").before == "active"
    assert (project.buckets, project.objects) == ({}, {})


@pytest.mark.parametrize("change", ["stop-instance", "relabel-instance", "delete-bucket"])
def test_what_is_not_there_cannot_be_changed(project: GcpProject, change: str) -> None:
    with pytest.raises(NothingToChange, match=r"There is no .* nobody any more"):
        changes_of(project)[change](name="nobody")


def test_a_key_has_no_name(project: GcpProject) -> None:
    with pytest.raises(NothingToChange, match="about no resource"):
        changes_of(project)["revoke-key"](name="web")
    assert project.account.valid
