"""What keeps a run from its end is told in a sentence, and a retry works once it is gone."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from dependency_injector import providers

from adapters.terraform.program import InstalledTerraform
from application.use_cases.cancel_run import CancelRunRequest
from application.use_cases.request_destruction import RequestDestructionRequest
from application.use_cases.retry_resource import RetryResourceRequest
from domain.provisioning import ResourceId, ResourceStatus, RunAction, RunStatus
from entrypoints.sandbox.terraform.mirror import write_mirror
from tests.integration.terraform.site import ADDRESSES, VPC, Site, a_site
from tests.waiting import soon


def a_program(folder: Path, script: str) -> str:
    program = folder / "terraform-of-old"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


@contextmanager
def no_program(site: Site, folder: Path) -> Iterator[None]:
    missing = InstalledTerraform(str(folder / "nowhere" / "terraform"))
    with site.container.terraform.override(providers.Object(missing)):
        site.container.workspaces.reset()
        yield
    site.container.workspaces.reset()


@contextmanager
def old_program(site: Site, folder: Path) -> Iterator[None]:
    old = InstalledTerraform(a_program(folder, "echo Terraform v1.5.7"))
    with site.container.terraform.override(providers.Object(old)):
        site.container.workspaces.reset()
        yield
    site.container.workspaces.reset()


@contextmanager
def quota(site: Site, folder: Path) -> Iterator[None]:
    refusal = "VpcLimitExceeded: The maximum number of VPCs has been reached."
    site.trouble(failures={"aws_vpc.create": refusal})
    yield
    site.trouble()


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (no_program, "nowhere/terraform"),
        (old_program, "1.5.7"),
        (quota, "maximum number of VPCs"),
    ],
)
def test_a_cause_is_told_and_once_it_is_gone_a_retry_works(
    site: Site,
    tmp_path: Path,
    cause: Callable[[Site, Path], AbstractContextManager[None]],
    words: str,
) -> None:
    resource_id = site.request(VPC)
    with cause(site, tmp_path):
        site.go_on(RunAction.PROVISION, resource_id)
    failed(site, resource_id, words)
    retried(site, resource_id)


def failed(site: Site, resource_id: ResourceId, words: str) -> None:
    run = site.run(resource_id)
    assert site.resource(resource_id).status is ResourceStatus.FAILED
    assert run.status is RunStatus.ERRORED
    assert run.error is not None and words in run.error
    assert "Traceback" not in run.error
    with site.container.unit_of_work() as work:
        assert work.resources.output(resource_id).error == run.error


def retried(site: Site, resource_id: ResourceId) -> None:
    site.container.retry_resource()(RetryResourceRequest(resource_id=resource_id))
    site.go_on(RunAction.PROVISION, resource_id)
    assert site.resource(resource_id).status is ResourceStatus.ACTIVE, site.said(resource_id)
    assert sorted(site.cloud(resource_id)) == ADDRESSES


def test_a_provider_that_cannot_be_had_is_told_and_having_it_helps(
    migrated_database_url: str, aws: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    with a_site(
        migrated_database_url, aws, mirror, tmp_path / "data", setenv=monkeypatch.setenv
    ) as site:
        resource_id = site.request(VPC)
        site.go_on(RunAction.PROVISION, resource_id)
        failed(site, resource_id, "hashicorp/aws")
        failed(site, resource_id, "MULTICLOUD_TERRAFORM_MIRROR")
        assert "hashicorp/aws" in site.said(resource_id)
        write_mirror(mirror)
        retried(site, resource_id)


def test_a_canceled_apply_ends_in_order_and_the_state_is_what_the_cloud_has(site: Site) -> None:
    site.trouble(delays={"aws_vpc.create": 1.5})
    resource_id = site.request(VPC)
    site.worker(RunAction.PROVISION, resource_id)
    soon(lambda: site.cloud(resource_id) == ["aws_vpc.this"])
    site.container.cancel_run()(CancelRunRequest(resource_id=resource_id))
    soon(lambda: not site.run(resource_id).status.active)
    assert site.run(resource_id).status is RunStatus.CANCELED
    assert list(site.known(resource_id)) == site.cloud(resource_id) == ["aws_vpc.this"]
    assert site.no_process_left(resource_id)
    site.trouble()
    retried(site, resource_id)


def test_what_terraform_says_is_in_the_database_within_a_second(site: Site) -> None:
    site.trouble(delays={"*.create": 1.0})
    resource_id = site.request(VPC)
    site.worker(RunAction.PROVISION, resource_id)
    furthest_behind = 0.0
    while site.run(resource_id).status.active:
        stored = {(step.number, offset) for step, offset, _ in site.log(resource_id)}
        for written_at, place in _written(site.folder(resource_id)):
            if place not in stored:
                furthest_behind = max(furthest_behind, time.time() - written_at)
    assert sorted(site.cloud(resource_id)) == ADDRESSES
    assert furthest_behind < 1.0


def _written(folder: Path) -> Iterator[tuple[float, tuple[int, int]]]:
    """The last line of each step's file: when it was written at the latest, and its place.

    A run that ends takes its files away, at any moment.
    """
    for log in folder.glob("runs/*/*.log"):
        try:
            text, at = log.read_bytes(), log.stat().st_mtime
        except FileNotFoundError:
            return
        start = text[: text.rfind(b"\n")].rfind(b"\n") + 1
        if text:
            yield at, (int(log.name[:3]), start)


@pytest.mark.parametrize("ending", ["retried", "destroyed"])
def test_a_bucket_that_was_refused_once_can_be_had_and_be_given_up(site: Site, ending: str) -> None:
    spec = {"kind": "aws_s3_bucket", "name": f"shop-{ending}", "region": "eu-west-1"}
    site.trouble(failures={"aws_s3_bucket.create": "QuotaExceeded: no more buckets"})
    resource_id = site.request(spec)
    site.go_on(RunAction.PROVISION, resource_id)
    failed(site, resource_id, "no more buckets.")
    assert site.run(resource_id).leaks == ()
    site.trouble()
    if ending == "retried":
        site.container.retry_resource()(RetryResourceRequest(resource_id=resource_id))
        site.go_on(RunAction.PROVISION, resource_id)
        assert site.resource(resource_id).status is ResourceStatus.ACTIVE, site.run(resource_id)
    site.container.request_destruction()(RequestDestructionRequest(resource_id=resource_id))
    site.go_on(RunAction.DESTROY, resource_id)
    assert site.resource(resource_id).status is ResourceStatus.DESTROYED, site.run(resource_id)
