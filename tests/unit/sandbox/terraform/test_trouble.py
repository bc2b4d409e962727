"""Trouble by script."""

import json
import time
from pathlib import Path
from threading import Timer

import pytest

from entrypoints.sandbox.terraform.resource_type import CloudRefused
from entrypoints.sandbox.terraform.trouble import Operation, Script, Trouble


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "trouble.json"


def seconds(trouble: Trouble, name: str, operation: Operation) -> tuple[float, float]:
    """How long it took until the cloud was asked, and from then on."""
    start = time.monotonic()
    with trouble.around(name, operation):
        asked = time.monotonic()
    return asked - start, time.monotonic() - asked


@pytest.mark.parametrize(
    ("happening", "delay"),
    [
        ("aws_vpc.create", 3),
        ("aws_vpc.create.before", 4),
        ("aws_subnet.create", 2),
        ("google_compute_network.create", 1),
        ("google_compute_network.create.before", 0),
        ("aws_vpc.delete", 0),
    ],
)
def test_the_most_exact_line_of_the_script_counts(happening: str, delay: float) -> None:
    lines = {"aws_*.create": 2, "*.create": 1, "aws_vpc.create": 3, "aws_vpc.create.before": 4}
    assert Script(delays=lines).delay(happening) == delay


def test_a_delay_comes_after_the_cloud_or_before_it(file: Path) -> None:
    trouble = Trouble(file=file)
    file.write_text(json.dumps({"delays": {"aws_vpc.create": 0.2, "*.delete.before": 0.2}}))
    before, after = seconds(trouble, "aws_vpc", "create")
    assert before < 0.1 and after >= 0.2
    before, after = seconds(trouble, "aws_vpc", "delete")
    assert before >= 0.2 and after < 0.1


def test_a_failure_stands_in_the_place_of_the_cloud(file: Path) -> None:
    file.write_text(json.dumps({"failures": {"*.update": "QuotaExceeded: 5: no more"}}))
    with pytest.raises(CloudRefused) as caught, Trouble(file=file).around("aws_vpc", "update"):
        pytest.fail("the cloud was asked")
    assert (caught.value.summary, caught.value.detail) == ("QuotaExceeded", "5: no more")


@pytest.mark.parametrize("there", [True, False])
def test_without_a_script_there_is_no_trouble(file: Path, *, there: bool) -> None:
    asked = False
    with Trouble(file=file if there else None).around("aws_vpc", "create"):
        asked = True
    assert asked


def test_a_script_is_read_anew_and_waited_for_while_it_is_being_written(file: Path) -> None:
    trouble = Trouble(file=file)
    file.write_text("{")
    whole = Timer(0.05, file.write_text, ['{"failures": {"*.read": "Gone"}}'])
    whole.start()
    with pytest.raises(CloudRefused, match="Gone"), trouble.around("aws_vpc", "read"):
        pytest.fail("the cloud was asked")
    whole.join()
    file.unlink()
    with trouble.around("aws_vpc", "read"):
        assert not file.exists()


def test_a_script_that_stays_broken_is_named(file: Path) -> None:
    file.write_text("[]")
    with pytest.raises(CloudRefused) as caught, Trouble(file=file).around("aws_vpc", "read"):
        pytest.fail("the cloud was asked")
    assert caught.value.detail.startswith(f"{file} must be a JSON object")
