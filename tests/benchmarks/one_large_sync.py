"""A process that syncs one scope of so many items, as a worker does, and tells what it took."""

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

from adapters.fakes.clouds import FakeCloud, FakeClouds
from adapters.fakes.sync_observer import RecordingObserver
from adapters.persistence.engine import build_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from adapters.system.clock import SystemClock
from adapters.system.stopping import NeverStopping
from application.use_cases.sync_credential import SyncCredential, SyncCredentialRequest, SyncReport
from domain.inventory import Location, ObservedResource, ResourceKind, Scope
from tests.benchmarks.peak_memory import peak_mb
from tests.contract.store_builders import add_credential

SYNCS: Final = 5
"""The first finds everything new; the others find nothing changed, and the best of them counts."""
_PAGE: Final = 1_000
_RECORD: Final = (
    '{"external_id": "i-%(odd)08x%(number)09x", "name": "web-%(number)d",'
    ' "region": "eu-central-1", "status": "running",'
    ' "uri": "arn:aws:ec2:eu-central-1:111122223333:instance/i-%(odd)08x%(number)09x",'
    ' "tags": {"Name": "web-%(number)d", "team": "blue", "env": "production"},'
    ' "attributes": {"instance_type": "t3.micro", "vpc_id": "vpc-0a1b2c3d",'
    ' "subnet_id": "subnet-%(subnet)08x", "private_ip": "10.%(high)d.%(middle)d.%(low)d",'
    ' "security_groups": ["sg-1", "sg-2"], "image_id": "ami-0a1b2c3d",'
    ' "volumes": [{"device": "/dev/xvda", "id": "vol-%(number)017x", "gib": 8}]}}'
)


class Fleet(FakeCloud):
    """So many instances in one region, of which one page is in memory, read from its JSON.

    So each record has texts of its own, as it has when a real cloud's answer is read.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size
        self.open(ResourceKind.AWS_EC2_INSTANCE, Location("eu-central-1"))

    def list_resources(self, scope: Scope) -> Iterator[ObservedResource]:
        self.listed.append(scope)
        for first in range(0, self._size, _PAGE):
            for record in json.loads(_page(first, min(first + _PAGE, self._size))):
                yield ObservedResource(**record)


def _page(first: int, end: int) -> str:
    return f"[{','.join(_RECORD % _numbers(number) for number in range(first, end))}]"


def _numbers(number: int) -> dict[str, int]:
    return {
        "number": number,
        "odd": number * 2_654_435_761 % 2**32,
        "subnet": number % 50,
        "high": number >> 16,
        "middle": number >> 8 & 255,
        "low": number & 255,
    }


def main(database_url: str, items: int) -> None:
    """Sync a new credential that reaches *items* items, and print figures as JSON."""
    gc.freeze()  # as a worker does with what it has imported
    engine = build_engine(database_url)
    owner = add_credential(lambda: SqlUnitOfWork(engine), email=f"bench{os.getpid()}@example.org")
    sync = SyncCredential(
        unit_of_work=lambda: SqlUnitOfWork(engine),
        clouds=FakeClouds({owner.id: Fleet(items)}),
        clock=SystemClock(),
        observer=RecordingObserver(),
        holder="bench",
        stopping=NeverStopping(),
        grace=timedelta(0),
    )
    request = SyncCredentialRequest(user_id=owner.user_id, credential_id=owner.id)
    figures = [timed(sync, request) for _ in range(SYNCS)]
    sys.stdout.write(json.dumps({"syncs": figures, "peak_mb": peak_mb()}) + "\n")
    engine.dispose()


def timed(
    sync: Callable[[SyncCredentialRequest], SyncReport], request: SyncCredentialRequest
) -> dict[str, Any]:
    """Sync, and return what was found and what it took; the peak is that of all so far."""
    began, worked = time.perf_counter(), time.process_time()
    report = sync(request).as_dict()
    cpu, seconds = time.process_time() - worked, time.perf_counter() - began
    return {**report, "cpu_seconds": cpu, "seconds": seconds, "peak_mb": peak_mb()}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
