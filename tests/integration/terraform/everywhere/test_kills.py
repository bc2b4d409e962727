"""Workers and Terraform are killed with each kind and more than once: nothing is made twice."""

from functools import partial

import pytest

from application.use_cases.request_destruction import RequestDestructionRequest
from domain.inventory import ResourceKind
from domain.provisioning import ResourceId, RunAction
from domain.terraform import Command
from tests.integration.terraform.everywhere.estate import Estate
from tests.integration.terraform.everywhere.expected import is_as_asked, is_gone
from tests.integration.terraform.everywhere.killing import (
    has,
    kill_all,
    kill_while_made,
    next_worker,
    slow,
)
from tests.integration.terraform.runners import processes_in
from tests.integration.terraform.site import kill
from tests.integration.terraform.test_crashes import applies, the_log_is_whole
from tests.waiting import soon

MADE = [
    (ResourceKind.AWS_S3_BUCKET, "aws_s3_bucket", "shop"),
    (ResourceKind.AZURE_STORAGE_ACCOUNT, "azurerm_storage_account", "/storageaccounts/"),
    (ResourceKind.AZURE_RESOURCE_GROUP, "azurerm_resource_group", "/resourcegroups/"),
    (ResourceKind.GCP_STORAGE_BUCKET, "google_storage_bucket", "shop"),
    (ResourceKind.GCP_NETWORK, "google_compute_network", "/networks/"),
]
"""Of each kind what it is all about, and what only the id of that has in it.

The networks of AWS are killed in test_crashes.py.
"""
MACHINES = [
    (ResourceKind.AWS_EC2_INSTANCE, "aws_instance", "i-"),
    (ResourceKind.AZURE_VIRTUAL_MACHINE, "azurerm_linux_virtual_machine", "/virtualmachines/"),
    (ResourceKind.GCP_COMPUTE_INSTANCE, "google_compute_instance", "/instances/"),
]
EARLY_PARTS = [
    ("aws_subnet", "subnet-"),
    ("azurerm_network_interface", "/networkinterfaces/"),
    ("google_compute_network", "/networks/"),
]
"""Something of each machine that is made before it."""


def is_whole(estate: Estate, resource_id: ResourceId) -> None:
    is_as_asked(estate, resource_id)
    the_log_is_whole(estate.site, resource_id)


@pytest.mark.parametrize(("kind", "made", "part"), MADE)
def test_what_was_made_as_all_was_killed_is_found_and_not_made_again(
    estate: Estate, kind: ResourceKind, made: str, part: str
) -> None:
    resource_id = estate.request(kind)
    kill_while_made(estate, resource_id, made, part)
    next_worker(estate, RunAction.PROVISION, resource_id)
    is_whole(estate, resource_id)


@pytest.mark.parametrize(("kind", "made", "part"), MACHINES)
def test_the_next_worker_finishes_what_one_that_was_killed_began_to_build_or_to_take_down(
    estate: Estate, kind: ResourceKind, made: str, part: str
) -> None:
    resource_id = estate.request(kind)
    with slow(estate, f"{made}.create", 1.0):
        worker = estate.worker(RunAction.PROVISION, resource_id)
        soon(has(estate, resource_id, part))
        kill(worker)
        next_worker(estate, RunAction.PROVISION, resource_id)
    is_whole(estate, resource_id)
    assert applies(estate.site, resource_id) == 1

    request = RequestDestructionRequest(resource_id=resource_id)
    estate.site.container.request_destruction()(request)
    with slow(estate, f"{made}.delete"):
        gone = has(estate, resource_id, part)
        kill_all(estate, resource_id, RunAction.DESTROY, when=lambda: not gone())
    next_worker(estate, RunAction.DESTROY, resource_id)
    is_gone(estate, resource_id)


@pytest.mark.parametrize(("machine", "early"), list(zip(MACHINES, EARLY_PARTS, strict=True)))
def test_those_who_go_on_may_be_killed_as_they_look_and_as_they_make_the_rest(
    estate: Estate, machine: tuple[ResourceKind, str, str], early: tuple[str, str]
) -> None:
    kind, *made = machine
    resource_id = estate.request(kind)
    kill_while_made(estate, resource_id, *early)
    with slow(estate, f"{early[0]}.read"):
        looks = partial(looks_for_what_is_there, estate, resource_id)
        kill_all(estate, resource_id, RunAction.PROVISION, when=looks)
    kill_while_made(estate, resource_id, *made)
    next_worker(estate, RunAction.PROVISION, resource_id)
    is_whole(estate, resource_id)
    assert applies(estate.site, resource_id) == 3


def looks_for_what_is_there(estate: Estate, resource_id: ResourceId) -> bool:
    """Tell whether Terraform plans at this moment what to take over."""
    folder = estate.site.folder(resource_id)
    if not (folder / "adopt.tf.json").exists():
        return False
    with estate.site.container.unit_of_work() as work:
        *_, last = work.run_log.steps(estate.site.run(resource_id).id)
    running = any("terra" in name for name in processes_in(folder).values())
    return last.command is Command.PLAN and last.ended_at is None and running
