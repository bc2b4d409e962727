"""Bad days: each service in turn is killed while accounts are synced and a bucket is built."""

import pytest

from tests.compose.ada import Ada
from tests.compose.conftest import Figures
from tests.compose.stack import MINUTE, docker, inspected, soon, timed

RECOVERY = 8 * MINUTE
MAIN_PROCESS = """
import os, signal
from pathlib import Path
for each in Path("/proc").glob("[0-9]*"):
    status = (each / "stat").read_text().rpartition(")")[2].split()
    if status[1] == "1" and b"entrypoints.worker" in (each / "cmdline").read_bytes():
        os.kill(int(each.name), signal.SIGKILL)
"""


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    "service",
    [
        "celery_worker",
        "celery_worker_terraform",
        "celery_beat",
        "redis",
        "postgres",
        "flower",
        "metrics",
    ],
)
def test_killing_a_service_during_syncs_and_a_run_loses_nothing(
    service: str, at_work: Ada, figures: Figures
) -> None:
    bucket = at_work.ask_for_bucket(f"killed-{service.replace('_', '-')}")
    soon(lambda: at_work.building(bucket), patience=2 * MINUTE, what="Terraform builds")
    moment = at_work.ask_for_syncs()
    soon(lambda: at_work.busy(bucket), patience=MINUTE, what="a sync begins, and Terraform builds")
    docker("kill", "-s", "KILL", at_work.stack.container(service))
    # A kill by hand is an operator's stop: docker does not undo it, up does.
    figures.note(f"up -d after a kill of {service}", at_work.stack.up())
    at_work.slow_down(0.0)
    _nothing_is_lost(at_work, bucket, moment, service, figures)


@pytest.mark.timeout(1200)
def test_a_worker_that_dies_by_itself_is_started_again_by_itself(
    at_work: Ada, figures: Figures
) -> None:
    name = at_work.stack.container("celery_worker_terraform")
    bucket = at_work.ask_for_bucket("died-by-itself")
    soon(lambda: at_work.building(bucket), patience=2 * MINUTE, what="Terraform builds")
    moment = at_work.ask_for_syncs()
    at_work.stack.execute("celery_worker_terraform", "python", "-c", MAIN_PROCESS)
    back = soon(lambda: _is_back(name), patience=3 * MINUTE, what="the container is healthy again")
    figures.note("a container whose main process died is healthy again", back)
    at_work.slow_down(0.0)
    _nothing_is_lost(at_work, bucket, moment, "the main process", figures)


def _is_back(container: str) -> bool:
    (found,) = inspected(container)
    return bool(found["RestartCount"] and found["State"]["Health"]["Status"] == "healthy")


def _nothing_is_lost(ada: Ada, bucket: int, moment: str, what: str, figures: Figures) -> None:
    """Every sync and the run end once, in the right state, and the inventory is the cloud's."""
    with timed() as took:
        soon(lambda: ada.synced_since(moment), patience=RECOVERY, what="each account is synced")
        synced = took()
        soon(lambda: ada.runs(bucket) == ["applied"], patience=RECOVERY, what="the bucket is there")
    figures.note(f"... synced again after the end of {what}", synced)
    figures.note(f"... built after the end of {what}", took())
    again = ada.ask_for_syncs()  # it has not seen the bucket yet, or has seen it being made
    soon(lambda: ada.synced_since(again), patience=RECOVERY, what="each account is synced")
    built = ada.stack.multicloud("resources")
    assert {each["status"] for each in built} == {"active"}
    assert {each["presence"] for each in built} == {"present"}
    names = [each["name"] for each in built]
    assert [name for name in ada.buckets() if name in names] == sorted(names)
    assert ada.inventory() - ada.first == {"aws": len(names)}
    assert ada.first - ada.inventory() == {}
    assert ada.stack.multicloud("inventory", "--managed", "orphaned") == []
    soon(lambda: not ada.unfinished(), patience=2 * MINUTE, what="every sync and run has ended")
