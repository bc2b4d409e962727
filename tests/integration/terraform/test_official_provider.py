"""Our modules and our engine with the provider that HashiCorp made, see `official_provider`."""

import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from application.ports.terraform import Ended, TerraformCommand
from application.use_cases.confirm_drift import ConfirmDriftRequest
from application.use_cases.request_destruction import RequestDestructionRequest
from domain.provisioning import ResourceId, ResourceStatus, RunAction, RunId
from domain.terraform import UNCHANGED, Command, StepId
from entrypoints.sandbox.aws.clients import client
from tests.contract.terraform_workspace_contract import NO_KEYS
from tests.integration.terraform.lone_workers import MODULES
from tests.integration.terraform.official_provider import (
    NotToBeHad,
    adjusted_modules,
    official_mirror,
)
from tests.integration.terraform.provider_rig import aws_environment, aws_objects
from tests.integration.terraform.runners import processes_in
from tests.integration.terraform.site import VPC, Site, a_site
from tests.integration.terraform.test_crashes import applies, everything_agrees, killed_terraform
from tests.waiting import soon

REGION = "eu-west-1"
BUCKET = {"kind": "aws_s3_bucket", "name": "shop-pictures", "region": REGION, "tags": {"team": "a"}}
MACHINE = {
    "kind": "aws_ec2_instance",
    "name": "shop",
    "region": REGION,
    "ami": "ami-12c6146b",
    "disk_size_gb": 8,  # this AWS, unlike the true one, does not know the size of an image
}


@pytest.fixture(scope="session")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        return official_mirror(tmp_path_factory.mktemp("official"))
    except NotToBeHad as why:
        pytest.skip(f"HashiCorp's provider cannot be had here. {why}")


@pytest.fixture
def official(
    mirror: Path,
    migrated_database_url: str,
    aws: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Site]:
    """The whole service around an empty AWS, with HashiCorp's provider."""
    monkeypatch.setenv(MODULES, str(adjusted_modules(tmp_path / "modules", aws)))
    data = tmp_path / "data"
    with a_site(migrated_database_url, aws, mirror, data, setenv=monkeypatch.setenv) as site:
        yield site


def begin(site: Site, spec: Mapping[str, Any]) -> ResourceId:
    resource_id = site.request(spec)
    site.worker(RunAction.PROVISION, resource_id)
    return resource_id


def ended(site: Site, resource_id: ResourceId) -> ResourceStatus:
    """Wait for whoever works on it."""
    soon(lambda: not site.run(resource_id).status.active, patience=90)
    return site.resource(resource_id).status


def destroyed(site: Site, resource_id: ResourceId) -> bool:
    site.container.request_destruction()(RequestDestructionRequest(resource_id=resource_id))
    return site.go_on(RunAction.DESTROY, resource_id).status is ResourceStatus.DESTROYED


def nothing_to_do(site: Site, resource_id: ResourceId) -> bool:
    """Tell whether one more plan would change nothing."""
    workspace = site.container.workspaces().of(resource_id)
    with site.container.unit_of_work() as work:
        stored = work.states.latest(resource_id)
    assert stored is not None
    workspace.put_state(site.container.secret_box().open(stored.sealed).reveal())
    process = workspace.start(
        StepId(run_id=RunId(0), number=1),
        TerraformCommand(command=Command.PLAN),
        replace(NO_KEYS, variables=aws_environment(site.endpoint)),
    )
    assert process.wait(60)
    return process.outcome() == Ended(exit_code=UNCHANGED)


def drift(site: Site, resource_id: ResourceId) -> dict[str, tuple[str, ...]]:
    report = site.container.confirm_drift()(ConfirmDriftRequest(resource_id=resource_id))
    return {str(each.address): each.fields for each in report.objects}


def test_a_bucket_stays_as_it_was_made_until_somebody_changes_it(official: Site) -> None:
    s3 = client(official.endpoint, "s3", REGION)
    name = BUCKET["name"]
    resource_id = begin(official, BUCKET)
    assert ended(official, resource_id) is ResourceStatus.ACTIVE, official.said(resource_id)
    access = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    assert all(access.values())
    assert nothing_to_do(official, resource_id)
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "team", "Value": "b"}]})
    assert drift(official, resource_id) == {"aws_s3_bucket.this": ("tags",)}
    assert destroyed(official, resource_id), official.said(resource_id)
    assert s3.list_buckets()["Buckets"] == []


def test_a_network_whose_terraform_was_killed_is_found_by_its_tags(official: Site) -> None:
    resource_id = begin(official, VPC)
    soon(lambda: official.cloud(resource_id) == ["aws_vpc.this"])
    kill_terraform_alone(official, resource_id)
    assert ended(official, resource_id) is ResourceStatus.ACTIVE, official.said(resource_id)
    everything_agrees(official, resource_id)
    assert applies(official, resource_id) == 2
    assert nothing_to_do(official, resource_id)
    assert destroyed(official, resource_id), official.said(resource_id)
    assert official.cloud(resource_id) == []


def kill_terraform_alone(site: Site, resource_id: ResourceId) -> None:
    """Its provider is left to find out by itself."""
    processes = processes_in(site.folder(resource_id))
    [pid] = [pid for pid, name in processes.items() if name == "terraform"]
    os.kill(pid, signal.SIGKILL)


def test_a_machine_whose_terraform_was_killed_is_the_only_one(official: Site) -> None:
    subnets = client(official.endpoint, "ec2", REGION).describe_subnets()["Subnets"]
    resource_id = begin(official, {**MACHINE, "subnet_id": subnets[0]["SubnetId"]})
    soon(lambda: "aws_instance.this" in aws_objects(official.endpoint))
    killed_terraform(official, resource_id)
    made = aws_objects(official.endpoint)
    assert ended(official, resource_id) is ResourceStatus.ACTIVE, official.said(resource_id)
    assert official.known(resource_id) == aws_objects(official.endpoint) == made
    assert applies(official, resource_id) == 2
    assert drift(official, resource_id) == {}
    assert destroyed(official, resource_id), official.said(resource_id)
    assert aws_objects(official.endpoint) == {}
