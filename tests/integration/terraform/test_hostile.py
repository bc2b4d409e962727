"""What users write, what workers inherit and what is secret goes where it should."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from domain.errors import InvalidValue
from domain.provisioning import ResourceId, ResourceStatus, RunAction
from entrypoints.sandbox.aws.clients import client
from tests.integration.terraform.provider_rig import tags_of
from tests.integration.terraform.runners import processes_in
from tests.integration.terraform.site import SECRET, VPC, Site
from tests.integration.terraform.test_crashes import applying, everything_agrees
from tests.waiting import soon

HOSTILE = {
    "reads": '${file("/etc/passwd")}',
    "directs": "%{if true}yes%{endif}",
    "escapes": "$${x} %%{y} \\n \\u0041 \\",
    "quotes": "'\"`' \" }] EOF",
    "speaks": "zażółć 日本語 🦄 \u202e",
    "runs": "$(id) `id` ; rm -rf / #",
    "${var.name}": "a key",
}


def tags_in_the_cloud(site: Site, resource_id: ResourceId) -> dict[str, str]:
    ec2 = client(site.endpoint, "ec2", "eu-west-1")
    ours = [{"Name": "tag:multi-cloud-resource-id", "Values": [str(resource_id)]}]
    (vpc,) = ec2.describe_vpcs(Filters=ours)["Vpcs"]
    return tags_of(vpc)


def test_hostile_tags_arrive_in_the_cloud_as_they_were_written(site: Site) -> None:
    resource_id = site.request({**VPC, "tags": HOSTILE})
    site.go_on(RunAction.PROVISION, resource_id)
    everything_agrees(site, resource_id)
    assert tags_in_the_cloud(site, resource_id).items() >= HOSTILE.items()


@pytest.mark.parametrize(
    ("tags", "rule"),
    [
        ({"lines": "one\ntwo"}, "control"),
        ({"long": "x" * 65_536}, "256"),
        ({"multi-cloud-resource-id": "1"}, "reserved|kept|our"),
        ({"aws:owner": "x"}, "aws:"),
    ],
)
def test_what_a_cloud_does_not_take_is_refused_with_the_rule(
    site: Site, tags: dict[str, str], rule: str
) -> None:
    with pytest.raises(InvalidValue, match=rule) as refusal:
        site.request({**VPC, "tags": tags})
    assert len(str(refusal.value)) < 500


def test_the_environment_of_the_worker_does_not_reach_terraform(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "TF_CLI_ARGS": "-var name=hijacked",
        "TF_CLI_ARGS_apply": "-destroy",
        "TF_CLI_ARGS_plan": "-destroy",
        "TF_VAR_name": "hijacked",
        "TF_LOG": "TRACE",
        "TF_LOG_PATH": str(site.data_dir / "trace.log"),
        "TF_WORKSPACE": "hijacked",
        "TF_DATA_DIR": str(site.data_dir / "elsewhere"),
    }.items():
        monkeypatch.setenv(name, value)
    resource_id = site.request(VPC)
    site.go_on(RunAction.PROVISION, resource_id)
    everything_agrees(site, resource_id)
    assert tags_in_the_cloud(site, resource_id)["Name"] == "shop"
    assert "[TRACE]" not in site.said(resource_id)
    assert not (site.data_dir / "trace.log").exists()
    assert not (site.data_dir / "elsewhere").exists()


def test_no_secret_is_left_in_tables_files_arguments_or_other_processes(site: Site) -> None:
    site.trouble(delays={"*.create": 0.5})
    resource_id = site.request(VPC)
    site.worker(RunAction.PROVISION, resource_id)
    soon(lambda: applying(site, resource_id))
    ours = set(processes_in(site.folder(resource_id)))
    assert ours
    assert not [pid for pid, text in _of_processes("cmdline") if SECRET in text]
    holders = {pid for pid, text in _of_processes("environ") if SECRET in text}
    assert holders <= ours
    soon(lambda: not site.run(resource_id).status.active)
    everything_agrees(site, resource_id)
    assert not [path for path in _files(site.data_dir) if SECRET.encode() in path.read_bytes()]
    assert not [row for row in _rows() if SECRET in row]


def test_what_is_left_on_disk_is_for_its_owner_alone(site: Site) -> None:
    resource_id = site.request(VPC)
    site.go_on(RunAction.PROVISION, resource_id)
    paths = [*site.folder(resource_id).rglob("*"), site.folder(resource_id)]
    open_to_others = [
        path
        for path in paths
        if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert open_to_others == []


def test_neither_state_nor_plan_nor_log_is_left_on_disk_after_a_run(site: Site) -> None:
    resource_id = site.request(VPC)
    site.go_on(RunAction.PROVISION, resource_id)
    everything_agrees(site, resource_id)
    ids = [each.encode() for each in site.known(resource_id).values()]
    left = [path for path in _files(site.folder(resource_id)) if not path.is_symlink()]
    assert ids and not [path for path in left if any(id_ in path.read_bytes() for id_ in ids)]
    assert not [path for path in left if {"plan", "tfstate", "log"} & set(path.name.split("."))]
    assert site.container.workspaces().untidy() == []


def test_a_stored_state_cannot_be_read_without_the_key(site: Site) -> None:
    resource_id = site.request(VPC)
    site.go_on(RunAction.PROVISION, resource_id)
    assert site.resource(resource_id).status is ResourceStatus.ACTIVE
    with psycopg2.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM terraform_states")
        sealed = [bytes(row[0]) for row in cursor.fetchall()]
    connection.close()
    assert sealed
    assert not [each for each in sealed if b"vpc-" in each or b"lineage" in each]


def _of_processes(what: str) -> Iterator[tuple[int, str]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                yield int(entry.name), (entry / what).read_bytes().decode(errors="replace")
            except OSError:
                continue


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _rows() -> Iterator[str]:
    """Every row of every table, as text."""
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables: list[Any] = cursor.fetchall()
        for (table,) in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')
            yield from (row for (row,) in cursor.fetchall())
    connection.close()
