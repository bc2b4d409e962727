"""Whatever is killed, lost or away in the middle: nothing is lost, nothing is made twice."""

import os
import random
import shutil
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import cycle

import pytest

from application.use_cases.request_destruction import RequestDestructionRequest
from domain.provisioning import ResourceId, ResourceStatus, RunAction, RunStatus
from domain.terraform import Command
from tests.integration.terraform.runners import processes_in
from tests.integration.terraform.site import ADDRESSES, VPC, Site, kill
from tests.waiting import soon

KILLS = 20
LONGEST = 3.0
"""Seconds after its start at which a worker is killed at the latest: past the end of a run."""
SLOW = {"*.create": 0.4, "*.delete": 0.2}


def everything_agrees(site: Site, resource_id: ResourceId) -> None:
    """The resource is active, the cloud has it once, the state knows it, and the log is whole."""
    assert site.resource(resource_id).status is ResourceStatus.ACTIVE, site.said(resource_id)
    assert sorted(site.cloud(resource_id)) == ADDRESSES
    assert sorted(site.known(resource_id)) == ADDRESSES
    assert site.no_process_left(resource_id)
    the_log_is_whole(site, resource_id)


def the_log_is_whole(site: Site, resource_id: ResourceId) -> None:
    """Each line of each step is there once: where one ends the next begins."""
    expected: Counter[int] = Counter()
    for step, offset, length in site.log(resource_id):
        assert offset == expected[step.number]
        expected[step.number] += length
    folder = site.kept_logs / str(resource_id) / "runs" / str(site.run(resource_id).id)
    written = {int(log.name[:3]): log.stat().st_size for log in folder.glob("*.log")}
    sizes = {step: size for step, size in written.items() if size}  # one may be killed before
    assert sizes
    assert sizes.items() <= expected.items()


def applies(site: Site, resource_id: ResourceId) -> int:
    with site.container.unit_of_work() as work:
        run = work.runs.latest([resource_id])[resource_id]
        steps = work.run_log.steps(run.id)
    return sum(step.command is Command.APPLY for step in steps)


def applying(site: Site, resource_id: ResourceId, word: str = "Creating") -> bool:
    return word in site.said(resource_id)


def killed_terraform(site: Site, resource_id: ResourceId) -> None:
    pids = [pid for pid, name in processes_in(site.folder(resource_id)).items() if "terra" in name]
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


@pytest.mark.timeout(240)
def test_a_worker_killed_at_twenty_random_moments_leaves_each_resource_as_asked(site: Site) -> None:
    chance = random.Random(20)
    site.trouble(delays=SLOW)

    def live_through(number: int, moment: float, action: RunAction) -> None:
        resource_id = site.request({**VPC, "name": f"shop-{number}"})
        if action is RunAction.DESTROY:
            site.go_on(RunAction.PROVISION, resource_id)
            request = RequestDestructionRequest(resource_id=resource_id)
            site.container.request_destruction()(request)
        worker = site.worker(action, resource_id)
        time.sleep(moment)
        kill_if_alive(worker)
        site.go_on(action, resource_id)
        if action is RunAction.PROVISION:
            everything_agrees(site, resource_id)
            assert applies(site, resource_id) == 1
            return
        assert site.resource(resource_id).status is ResourceStatus.DESTROYED
        assert site.cloud(resource_id) == []
        assert site.no_process_left(resource_id)

    actions = cycle([RunAction.PROVISION, RunAction.PROVISION, RunAction.DESTROY])
    moments = [chance.uniform(0.2, LONGEST) for _ in range(KILLS)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(live_through, range(KILLS), moments, actions))


def kill_if_alive(pid: int) -> None:
    with suppress(ProcessLookupError):
        kill(pid)


def test_terraform_killed_between_the_cloud_and_its_answer_makes_nothing_twice(site: Site) -> None:
    site.trouble(delays={"aws_subnet.create": 1.5})
    resource_id = site.request(VPC)
    site.worker(RunAction.PROVISION, resource_id)
    soon(lambda: len(site.cloud(resource_id)) == len(ADDRESSES))
    killed_terraform(site, resource_id)
    site.trouble()
    soon(lambda: not site.run(resource_id).status.active, patience=60)
    everything_agrees(site, resource_id)
    assert applies(site, resource_id) == 2


def test_worker_and_terraform_killed_together_make_nothing_twice(site: Site) -> None:
    site.trouble(delays={"aws_vpc.create": 1.5})
    resource_id = site.request(VPC)
    worker = site.worker(RunAction.PROVISION, resource_id)
    soon(lambda: site.cloud(resource_id) == ["aws_vpc.this"])
    kill(worker)
    killed_terraform(site, resource_id)
    site.trouble()
    site.go_on(RunAction.PROVISION, resource_id)
    everything_agrees(site, resource_id)


def test_a_folder_deleted_in_the_middle_makes_nothing_twice(site: Site) -> None:
    site.trouble(delays={"*.create": 1.0})
    resource_id = site.request(VPC)
    worker = site.worker(RunAction.PROVISION, resource_id)
    soon(lambda: "aws_vpc.this: Creation complete" in site.said(resource_id))
    kill(worker)
    shutil.rmtree(site.folder(resource_id))
    shutil.rmtree(site.kept_logs / str(resource_id))
    site.go_on(RunAction.PROVISION, resource_id)
    everything_agrees(site, resource_id)


def test_a_state_file_that_is_empty_after_a_kill_is_put_right(site: Site) -> None:
    site.trouble(delays={"aws_subnet.create": 1.5})
    resource_id = site.request(VPC)
    worker = site.worker(RunAction.PROVISION, resource_id)
    soon(lambda: "aws_vpc.this: Creation complete" in site.said(resource_id))
    kill(worker)
    killed_terraform(site, resource_id)
    (site.folder(resource_id) / "terraform.tfstate").write_bytes(b"")
    site.trouble()
    site.go_on(RunAction.PROVISION, resource_id)
    everything_agrees(site, resource_id)


def test_a_state_file_that_is_empty_before_a_destroy_is_put_right(site: Site) -> None:
    resource_id = site.request(VPC)
    site.go_on(RunAction.PROVISION, resource_id)
    (site.folder(resource_id) / "terraform.tfstate").write_bytes(b"")
    site.container.request_destruction()(RequestDestructionRequest(resource_id=resource_id))
    site.go_on(RunAction.DESTROY, resource_id)
    assert site.resource(resource_id).status is ResourceStatus.DESTROYED
    assert site.cloud(resource_id) == []


def test_one_task_delivered_many_times_is_one_apply(site: Site) -> None:
    site.trouble(delays=SLOW)
    resource_id = site.request(VPC)
    for _ in range(3):
        site.worker(RunAction.PROVISION, resource_id)
    soon(lambda: applying(site, resource_id))
    for _ in range(3):
        site.worker(RunAction.PROVISION, resource_id)
    soon(lambda: not site.run(resource_id).status.active)
    site.go_on(RunAction.PROVISION, resource_id)
    everything_agrees(site, resource_id)
    assert applies(site, resource_id) == 1
    with site.container.unit_of_work() as work:
        assert len(work.runs.of_resource(resource_id)) == 1


def test_a_frozen_worker_that_thaws_after_its_lease_changes_nothing(site: Site) -> None:
    site.trouble(delays=SLOW)
    resource_id = site.request(VPC)
    worker = site.worker(RunAction.PROVISION, resource_id)
    soon(lambda: applying(site, resource_id))
    os.kill(worker, signal.SIGSTOP)
    site.go_on(RunAction.PROVISION, resource_id)
    os.kill(worker, signal.SIGCONT)
    soon(lambda: not os.path.exists(f"/proc/{worker}"))  # noqa: PTH110
    everything_agrees(site, resource_id)
    assert applies(site, resource_id) == 1
    assert site.run(resource_id).status is RunStatus.APPLIED
