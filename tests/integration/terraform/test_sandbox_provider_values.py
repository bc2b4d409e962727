"""What terraform makes of every sort of value that a provider of the sandbox can have."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.terraform.provider_rig import ProviderRig, running_provider

PROBE = [sys.executable, "-m", "tests.integration.terraform.probe"]
THING = "probe_thing.this"


@pytest.fixture
def probe(tmp_path: Path) -> Iterator[ProviderRig]:
    with running_provider("probe", PROBE, environment={}) as attached:
        yield ProviderRig(folder=tmp_path, mirror=tmp_path, environment={}, attached=attached)


def write(probe: ProviderRig, **thing: object) -> None:
    sources = {"probe": {"source": "hashicorp/probe"}}
    document = {"terraform": {"required_providers": sources}, "provider": {"probe": {}}}
    probe.write({**document, "resource": {"probe_thing": {"this": thing}}})


def test_values_arrive_as_they_were_written_and_the_rest_is_filled_in(probe: ProviderRig) -> None:
    write(probe, ratio=0.1, zones=["b", "a", "b"], timeouts={"create": "5m"})
    probe.applied()
    made = probe.state()[THING]
    assert (made["ratio"], made["zones"], made["tier"]) == (0.1, ["a", "b"], "small")
    assert (made["timeouts"], made["disk"]) == ({"create": "5m"}, [{"kind": "ssd", "size": 8}])
    assert probe.run("plan", "-detailed-exitcode").code == 0


def test_a_write_only_value_reaches_the_cloud_and_nothing_else(probe: ProviderRig) -> None:
    write(probe, password="hunter2", tier="large")
    assert probe.run("plan", "-out=tfplan").code == 0
    assert probe.run("apply", "tfplan").code == 0
    made = probe.state()[THING]
    assert (made["letters"], made["password"]) == (len("hunter2"), None)
    assert "hunter2" not in (probe.folder / "terraform.tfstate").read_text()
    assert "hunter2" not in (probe.folder / "said.log").read_text()


def test_a_sensitive_value_is_not_to_be_shown(probe: ProviderRig) -> None:
    write(probe, pin="1234")
    (probe.folder / "outputs.tf").write_text('output "pin" { value = probe_thing.this.pin }')
    planned = probe.run("plan")
    assert planned.code == 1
    assert planned.problems[0].startswith("Output refers to sensitive values")


def test_a_difference_inside_a_block_may_make_a_new_thing(probe: ProviderRig) -> None:
    write(probe, disk=[{"kind": "ssd", "size": 20}, {"kind": "tape"}])
    probe.applied()
    write(probe, disk=[{"kind": "ssd"}, {"kind": "tape", "size": 30}])
    assert probe.applied().planned == {THING: "update"}
    kept = [{"kind": "ssd", "size": 20}, {"kind": "tape", "size": 30}]
    assert probe.state()[THING]["disk"] == kept
    write(probe, disk=[{"kind": "ssd"}, {"kind": "disc"}])
    assert probe.run("plan").planned == {THING: "replace"}
