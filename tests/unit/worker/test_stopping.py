"""A worker that is to stop tells everything that it does, and gives it a time."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from entrypoints.bootstrap.settings import Settings
from entrypoints.worker.celery_app import worker_app
from entrypoints.worker.stopping import StopFlag, StopInTime

LONG = 3600


class Waiting:
    """A worker as far as it can be told to stop: it notes when it waits."""

    def __init__(self, *, seconds: float) -> None:
        conf = SimpleNamespace(worker_soft_shutdown_timeout=seconds)
        self.app = SimpleNamespace(conf=conf)
        self.waits = 0

    def wait_for_soft_shutdown(self) -> None:
        self.waits += 1


@pytest.fixture(autouse=True)
def alarm() -> Iterator[None]:
    """Leave no alarm behind, nor anybody who listens to one."""
    before = signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGQUIT)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before[0])
    signal.signal(signal.SIGQUIT, before[1])


def stop_in_time(worker: Any, flag: StopFlag) -> StopInTime:  # noqa: ANN401 - of Celery's kind
    return StopInTime(flag, worker=worker)


def test_a_process_that_was_forked_before_hears_of_it() -> None:
    flag = StopFlag()
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(ready, 1)
        os._exit(0 if flag.requested() else 1)
    assert not flag.requested()
    flag.request()
    os.write(told, b".")
    assert os.waitpid(child, 0)[1] == 0
    os.close(ready)
    os.close(told)


def test_each_flag_is_told_by_itself() -> None:
    told, other = StopFlag(), StopFlag()
    told.request()
    assert (told.requested(), other.requested()) == (True, False)


def test_a_worker_that_waits_for_ever_is_cut_off_after_its_time() -> None:
    quits: list[int] = []
    signal.signal(signal.SIGQUIT, lambda number, _: quits.append(number))
    worker, flag = Waiting(seconds=1), StopFlag()
    stop_in_time(worker, flag).begin()
    assert flag.requested()
    deadline = time.monotonic() + 10
    while not quits and time.monotonic() < deadline:
        signal.sigtimedwait([], 0.05)
    worker.wait_for_soft_shutdown()  # as the handler of SIGQUIT does
    assert (len(quits), worker.waits) == (1, 0)


def test_being_told_again_gives_no_more_time() -> None:
    stop = stop_in_time(Waiting(seconds=LONG), StopFlag())
    stop.begin()
    signal.alarm(LONG // 2)
    stop.begin()
    assert signal.alarm(0) <= LONG // 2


def test_a_sigquit_that_comes_first_tells_everybody_before_it_waits() -> None:
    worker, flag = Waiting(seconds=LONG), StopFlag()
    stop_in_time(worker, flag)
    worker.wait_for_soft_shutdown()
    assert (flag.requested(), worker.waits) == (True, 1)
    worker.wait_for_soft_shutdown()
    assert worker.waits == 1


def test_the_time_comes_from_the_settings_and_pool_processes_have_caps(tmp_path: Path) -> None:
    settings = Settings(
        broker=SecretStr("redis://127.0.0.1:1/0"), data_dir=tmp_path, soft_shutdown_seconds=7
    )
    conf = worker_app(lambda: settings).conf
    assert conf.worker_soft_shutdown_timeout == 7
    assert conf.worker_max_tasks_per_child == 200
    assert conf.worker_max_memory_per_child == 400_000


def test_the_container_of_a_worker_asks_its_flag(tmp_path: Path) -> None:
    settings = Settings(broker=SecretStr("redis://127.0.0.1:1/0"), data_dir=tmp_path)
    service = worker_app(lambda: settings).service
    assert not service.container().stopping().requested()
    service.stopping.request()
    assert service.container().stopping().requested()
