"""Plans that cannot be made, names that are taken and refused deletions: nothing is forgotten."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from dependency_injector import providers

from adapters.terraform.workspace import OWN_MODULES
from adapters.terraform.workspaces import SubprocessWorkspaces
from domain.inventory import ResourceKind
from domain.provisioning import ResourceId, ResourceStatus, RunAction
from tests.integration.terraform.everywhere.estate import Estate
from tests.integration.terraform.everywhere.expected import (
    failed,
    is_as_asked,
    is_gone,
    refusing,
)
from tests.integration.terraform.everywhere.killing import kill_while_made, next_worker

LAST_REFUSED = [
    (ResourceKind.AWS_VPC, "aws_subnet"),
    (ResourceKind.AZURE_STORAGE_ACCOUNT, "azurerm_storage_account"),
    (ResourceKind.GCP_NETWORK, "google_compute_subnetwork"),
]
"""One kind of each cloud, and what of it is made last."""
NO_MORE = """
resource "terraform_data" "closed" {
  lifecycle {
    precondition {
      condition     = var.name == ""
      error_message = "Nothing more may be built here."
    }
  }
}
"""


def half_built(estate: Estate, kind: ResourceKind, refused: str) -> ResourceId:
    """Return a resource whose first objects are there, and whose last one was refused."""
    resource_id = estate.request(kind)
    with refusing(estate, f"{refused}.create"):
        estate.provision(resource_id)
    failed(estate, resource_id)
    assert estate.cloud(resource_id) == estate.known(resource_id) != []
    return resource_id


@contextmanager
def no_more_of(estate: Estate, kind: ResourceKind, folder: Path) -> Iterator[None]:
    """Let no *kind* be planned that is to be built."""
    modules = folder / "modules"
    shutil.copytree(OWN_MODULES, modules)
    (modules / str(kind).partition("_")[0] / str(kind) / "closed.tf").write_text(NO_MORE)
    own = estate.site.container.workspaces()
    closed = SubprocessWorkspaces(own._root, replace(own._around, modules=modules))
    with estate.site.container.workspaces.override(providers.Object(closed)):
        yield


@pytest.mark.parametrize(("kind", "refused"), LAST_REFUSED)
def test_what_can_no_longer_be_planned_is_taken_down_all_the_same(
    estate: Estate, tmp_path: Path, kind: ResourceKind, refused: str
) -> None:
    resource_id = half_built(estate, kind, refused)
    with no_more_of(estate, kind, tmp_path):
        estate.retry(resource_id)
        failed(estate, resource_id, "Nothing more may be built here.")
        estate.destroy(resource_id)
    is_gone(estate, resource_id)


@pytest.mark.parametrize(
    ("kind", "made", "part"),
    [
        (ResourceKind.AWS_VPC, "aws_vpc", "vpc-"),
        (ResourceKind.AZURE_RESOURCE_GROUP, "azurerm_resource_group", "/resourcegroups/"),
    ],
)
def test_what_cannot_be_looked_for_is_named_and_does_not_count_as_destroyed(
    estate: Estate, tmp_path: Path, kind: ResourceKind, made: str, part: str
) -> None:
    resource_id = estate.request(kind)
    kill_while_made(estate, resource_id, made, part)
    with no_more_of(estate, kind, tmp_path):
        next_worker(estate, RunAction.PROVISION, resource_id)
        estate.destroy(resource_id)
    run = estate.site.run(resource_id)
    assert estate.site.resource(resource_id).status is ResourceStatus.FAILED
    assert f"{made}.this" in {leak.address for leak in run.leaks}
    assert len(estate.cloud(resource_id)) == 1
    estate.destroy(resource_id)
    is_gone(estate, resource_id)


@pytest.mark.parametrize(
    ("kind", "refused", "read"),
    [
        (ResourceKind.AWS_VPC, "aws_subnet", "aws_vpc"),
        (ResourceKind.AZURE_STORAGE_ACCOUNT, "azurerm_storage_account", "azurerm_resource_group"),
        (ResourceKind.GCP_NETWORK, "google_compute_subnetwork", "google_compute_network"),
    ],
)
def test_what_the_cloud_does_not_show_is_taken_down_once_it_does(
    estate: Estate, kind: ResourceKind, refused: str, read: str
) -> None:
    resource_id = half_built(estate, kind, refused)
    before = estate.known(resource_id)
    with refusing(estate, f"{read}.read"):
        estate.destroy(resource_id)
        failed(estate, resource_id)
    assert estate.cloud(resource_id) == estate.known(resource_id) == before
    estate.destroy(resource_id)
    is_gone(estate, resource_id)


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        (ResourceKind.AWS_VPC, "aws_vpc"),
        (ResourceKind.AZURE_STORAGE_ACCOUNT, "azurerm_resource_group"),
        (ResourceKind.GCP_NETWORK, "google_compute_network"),
    ],
)
def test_what_the_cloud_does_not_let_go_is_kept_in_mind_until_it_does(
    estate: Estate, kind: ResourceKind, kept: str
) -> None:
    resource_id = estate.request(kind)
    estate.provision(resource_id)
    is_as_asked(estate, resource_id)
    with refusing(estate, f"{kept}.delete"):
        estate.destroy(resource_id)
    failed(estate, resource_id)
    assert len(estate.cloud(resource_id)) == 1
    assert estate.cloud(resource_id) == estate.known(resource_id)
    estate.destroy(resource_id)
    is_gone(estate, resource_id)
