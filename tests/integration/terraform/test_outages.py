"""The database or the disk gives out in the middle of an apply: nothing is forgotten."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.persistence import schema
from application.use_cases.retry_resource import RetryResourceRequest
from domain.provisioning import ResourceStatus, RunAction, RunStatus
from tests.integration.terraform.provider_rig import ProviderRig
from tests.integration.terraform.site import ADDRESSES, VPC, Site, a_site
from tests.integration.terraform.test_crashes import applies, applying, everything_agrees
from tests.waiting import soon

AWAY = 10.0
"""Seconds for which the database is stopped."""


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server of its own, for it is stopped."""
    server = EmbeddedPostgres(tmp_path / "postgresql", durable=False)
    server.start()
    schema.upgrade(server.url)
    yield server
    server.stop()


def test_a_database_that_stops_for_ten_seconds_loses_no_line_and_no_object(
    postgres: EmbeddedPostgres,
    aws: str,
    aws_rig: ProviderRig,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with a_site(
        postgres.url,
        aws,
        aws_rig.mirror,
        tmp_path / "data",
        setenv=monkeypatch.setenv,
        attached=str(aws_rig.attached),
    ) as site:
        site.trouble(delays={"*.create": 5.0})
        resource_id = site.request(VPC)
        site.worker(RunAction.PROVISION, resource_id)
        soon(lambda: applying(site, resource_id))
        postgres.stop()
        time.sleep(AWAY)
        postgres.start()
        soon(lambda: _answers(site), patience=30)
        site.go_on(RunAction.PROVISION, resource_id)
        everything_agrees(site, resource_id)
        assert applies(site, resource_id) == 1


def _answers(site: Site) -> bool:
    try:
        with site.container.unit_of_work() as work:
            work.resources.installation()
    except Exception:  # noqa: BLE001 - it starts
        return False
    return True


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A data folder on a disk of its own, of two megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk to fill")
def test_a_disk_that_fills_in_the_middle_makes_nothing_twice_once_there_is_room(
    small_disk: Path,
    migrated_database_url: str,
    aws: str,
    aws_rig: ProviderRig,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with a_site(
        migrated_database_url,
        aws,
        aws_rig.mirror,
        small_disk,
        setenv=monkeypatch.setenv,
        attached=str(aws_rig.attached),
    ) as site:
        site.trouble(delays={"*.create": 1.0})
        resource_id = site.request(VPC)
        site.worker(RunAction.PROVISION, resource_id)
        soon(lambda: applying(site, resource_id))
        filler = fill(small_disk)
        soon(lambda: not site.run(resource_id).status.active, patience=60)
        run = site.run(resource_id)
        assert run.status is RunStatus.ERRORED
        assert run.error is not None and re.search("no space left|is full", run.error)
        filler.unlink()
        site.trouble()
        site.container.retry_resource()(RetryResourceRequest(resource_id=resource_id))
        site.go_on(RunAction.PROVISION, resource_id)
        assert site.resource(resource_id).status is ResourceStatus.ACTIVE, site.said(resource_id)
        assert sorted(site.cloud(resource_id)) == ADDRESSES
        assert sorted(site.known(resource_id)) == ADDRESSES


def fill(disk: Path) -> Path:
    """Write until nothing more fits; return what to remove to make room."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return filler
