"""A worker's process that does a whole run of Terraform for each line it is sent."""

import json
import sys
import time
from pathlib import Path

from adapters.fakes.clouds import FakeCloud
from adapters.fakes.secret_box import FakeSecretBox
from adapters.persistence.engine import opened_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from adapters.secrets.box import FernetSecretBox, new_key
from adapters.system.clock import SystemClock
from adapters.system.stopping import NeverStopping
from application.ports.unit_of_work import OpenUnitOfWork
from application.terraform_runs import TerraformRuns
from application.terraform_work import TerraformWork
from domain.provisioning import ResourceStatus, RunAction
from tests.benchmarks.peak_memory import peak_mb
from tests.integration.terraform.runners import workspaces_in
from tests.unit.application.building import Building, a_vpc
from tests.unit.application.world import World


class Site:
    """The service with a real database and a real Terraform, and a cloud that costs no time."""

    def __init__(self, units: OpenUnitOfWork, folder: Path, module: str) -> None:
        self._building = Building(
            world=World(open_unit_of_work=units), secret_box=FakeSecretBox("unused")
        )
        world = self._building.world
        world.clouds.connect(self._building.credential.id, FakeCloud())
        box, clock = FernetSecretBox(keys=new_key(), learn=lambda _: None), SystemClock()
        self._work = TerraformWork(
            unit_of_work=units,
            runs=TerraformRuns(
                unit_of_work=units,
                workspaces=workspaces_in(folder, module=module),
                clouds=world.clouds,
                secret_box=box,
                clock=clock,
                stopping=NeverStopping(),
            ),
            secret_box=box,
            clock=clock,
            holder="bench",
        )

    def whole_run(self, name: str) -> float:
        """Return the seconds from the claim of a run to its last commit."""
        requested = self._building.request(a_vpc(name=name))
        began = time.perf_counter()
        report = self._work(requested.resource.id, RunAction.PROVISION)
        took = time.perf_counter() - began
        assert report.resource_status is ResourceStatus.ACTIVE, report
        return took


def main(url: str, folder: str, module: str) -> None:
    """Build a resource called as each line says, and tell in a line what it took."""
    with opened_engine(url, pool_size=5) as engine:
        site = Site(lambda: SqlUnitOfWork(engine), Path(folder), module)
        for line in sys.stdin:
            figures = {"seconds": site.whole_run(line.strip()), "peak_mb": peak_mb()}
            sys.stdout.write(json.dumps(figures) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
