"""Terraform judges every module by the true schemas, at both ends of the versions admitted."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from domain.accounts import Provider
from tests.integration.terraform.provider_rig import ProviderRig
from tests.integration.terraform.true_schemas import Age, write_true_mirror
from tests.integration.terraform.wishes import LEAST, MOST, Wish

FOLDER = "MULTICLOUD_TEST_TERRAFORM_SCHEMAS"
if FOLDER not in os.environ:
    pytest.skip(
        f"The true schemas are not at hand: name their folder in {FOLDER}.",
        allow_module_level=True,
    )
ONE_OF_EACH = {wish.spec.provider: wish for wish in LEAST}


class Benches:
    """A folder for each wish, with the provider of one age installed once."""

    def __init__(self, root: Path, age: Age) -> None:
        self.age = age
        self._root = root
        self._mirror = write_true_mirror(root / "mirror", Path(os.environ[FOLDER]), age)

    def bench(self, wish: Wish) -> ProviderRig:
        """Return a folder that is ready to plan *wish*."""
        folder = self._root / wish.name
        shutil.copytree(self._installed(wish.spec.provider), folder, symlinks=True)
        rig = self._rig(folder)
        rig.use_module(_module(wish), wish.spec.variables())
        return rig

    def _installed(self, provider: Provider) -> Path:
        folder = self._root / f"installed-{provider}"
        if not folder.exists():
            folder.mkdir()
            wish = ONE_OF_EACH[provider]
            rig = self._rig(folder)
            rig.use_module(_module(wish), wish.spec.variables())
            done = rig.run("init")
            assert done.code == 0, done.text
            for path in folder.glob("*.tf"):
                path.unlink()
        return folder

    def _rig(self, folder: Path) -> ProviderRig:
        return ProviderRig(folder=folder, mirror=self._mirror, environment={})


def _module(wish: Wish) -> str:
    return f"{wish.spec.provider}/{wish.spec.resource_kind}"


@pytest.fixture(scope="module", params=["oldest", "newest"])
def benches(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Benches:
    return Benches(tmp_path_factory.mktemp(request.param), request.param)


@pytest.mark.parametrize("wish", [*LEAST, *MOST], ids=str)
def test_terraform_plans_the_module_by_the_true_schema(benches: Benches, wish: Wish) -> None:
    planned = benches.bench(wish).run("plan")
    assert planned.problems == []
    assert planned.planned == dict.fromkeys(wish.made, "create")


@pytest.mark.parametrize("provider", Provider)
def test_an_argument_that_the_true_schema_lacks_is_found(
    benches: Benches, provider: Provider
) -> None:
    wish = replace(ONE_OF_EACH[provider], name=f"wrong-{provider}")
    assert problems_with(benches.bench(wish), "enable_classiclink = true") == [
        "Unsupported argument"
    ]


def test_an_argument_that_was_dropped_between_the_two_ends_is_found(benches: Benches) -> None:
    wish = next(wish for wish in LEAST if wish.name == "machine")
    rig = benches.bench(replace(wish, name="dropped"))
    found = problems_with(
        rig,
        "vm_agent_platform_updates_enabled = true",
        below='"azurerm_linux_virtual_machine" "this" {',
    )
    assert found == ([] if benches.age == "oldest" else ["Unsupported argument"])


def problems_with(rig: ProviderRig, line: str, *, below: str = '"this" {') -> list[str]:
    """Return what terraform says of the module with *line* in its first resource."""
    main = rig.folder / "main.tf"
    main.write_text(main.read_text().replace(below, f"{below}\n  {line}", 1))
    return [problem.partition(":")[0] for problem in rig.run("plan").problems]
