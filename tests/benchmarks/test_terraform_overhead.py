"""What a whole run costs over the same Terraform commands in a shell, measured side by side."""

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.fakes.clouds import FakeCloud
from adapters.fakes.secret_box import FakeSecretBox
from adapters.persistence.engine import build_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from adapters.secrets.box import FernetSecretBox, new_key
from adapters.system.clock import SystemClock
from adapters.system.stopping import NeverStopping
from adapters.terraform.workspaces import SubprocessWorkspaces
from application.terraform_runs import TerraformRuns
from application.terraform_work import TerraformWork
from domain.provisioning import ResourceStatus, RunAction
from tests.integration.terraform.provider_rig import terraform_binary
from tests.integration.terraform.runners import workspaces_in
from tests.unit.application.building import Building, a_vpc
from tests.unit.application.world import World

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

LEAST = 1.25
LONG = 1.05
MODULE = """
variable "name" {{
  type = string
}}

resource "terraform_data" "this" {{
  input = var.name
{wait}
}}

output "value" {{
  value = terraform_data.this.output
}}
"""
WAIT = """
  provisioner "local-exec" {{
    command = "sleep {seconds}"
  }}
"""
SCRIPT = """
terraform init -input=false -no-color -json > init.log &&
{ terraform plan -input=false -json -detailed-exitcode -out=tfplan > plan.log || [ $? = 2 ]; } &&
terraform apply -input=false -json tfplan > apply.log
"""


class Site:
    """The service with a real database and a real Terraform, and a cloud that costs no time."""

    def __init__(self, engine_url: str, folder: Path, module: str) -> None:
        self.engine = build_engine(engine_url)
        self.building = Building(
            world=World(open_unit_of_work=lambda: SqlUnitOfWork(self.engine)),
            secret_box=FakeSecretBox("unused"),
        )
        self.building.world.clouds.connect(self.building.credential.id, FakeCloud())
        box, clock = FernetSecretBox(keys=new_key(), learn=lambda _: None), SystemClock()
        self.work = TerraformWork(
            unit_of_work=self.building.world.unit_of_work,
            runs=TerraformRuns(
                unit_of_work=self.building.world.unit_of_work,
                workspaces=_workspaces(folder, module),
                clouds=self.building.world.clouds,
                secret_box=box,
                clock=clock,
                stopping=NeverStopping(),
            ),
            secret_box=box,
            clock=clock,
            holder="bench",
        )

    def whole_run(self, number: int) -> float:
        """Return the seconds from the claim of a run to its last commit."""
        requested = self.building.request(a_vpc(name=f"shop-{number}"))
        started = time.perf_counter()
        report = self.work(requested.resource.id, RunAction.PROVISION)
        took = time.perf_counter() - started
        assert report.resource_status is ResourceStatus.ACTIVE, report
        return took


def _workspaces(folder: Path, module: str) -> SubprocessWorkspaces:
    return workspaces_in(folder, module=module)


def bare(folder: Path, module: str) -> float:
    """Return the seconds that the same commands take in a shell."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(module, encoding="utf-8")
    (folder / "terraform.tfvars.json").write_text('{"name": "shop"}', encoding="utf-8")
    environment = {
        "PATH": f"{Path(terraform_binary()).parent}:{os.defpath}",
        "HOME": str(folder),
        "CHECKPOINT_DISABLE": "1",
    }
    started = time.perf_counter()
    subprocess.run(["/bin/sh", "-c", SCRIPT], cwd=folder, env=environment, check=True)
    return time.perf_counter() - started


@pytest.fixture
def site(migrated_database_url: str, tmp_path: Path) -> Iterator[Callable[[str], Site]]:
    made: list[Site] = []

    def make(module: str) -> Site:
        made.append(Site(migrated_database_url, tmp_path, module))
        return made[-1]

    yield make
    for each in made:
        each.engine.dispose()


def test_a_run_of_nothing_costs_little_over_its_bare_commands(
    site: Callable[[str], Site], tmp_path: Path
) -> None:
    module = MODULE.format(wait="")
    service = site(module)
    service.whole_run(0)  # the first asks for the version, and warms the pool
    ratios, ours = [], []
    for number in range(1, 16):
        ours.append(service.whole_run(number))
        ratios.append(ours[-1] / bare(tmp_path / "bare", module))
    ratio = statistics.median(ratios)
    print(f"\nno-op run {statistics.median(ours):.3f} s, {ratio:.2f} of the bare commands")  # noqa: T201 - what `make bench` shows
    assert ratio <= LEAST


def test_a_run_of_half_a_minute_costs_next_to_nothing_more(
    site: Callable[[str], Site], tmp_path: Path
) -> None:
    module = MODULE.format(wait=WAIT.format(seconds=30))
    service = site(module)
    ours = service.whole_run(1)
    ratio = ours / bare(tmp_path / "bare", module)
    print(f"\nrun of 30 s {ours:.2f} s, {ratio:.3f} of the bare commands")  # noqa: T201 - what `make bench` shows
    assert ratio <= LONG
