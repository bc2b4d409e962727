"""Taking it down in the middle of work, and bringing it back."""

import json
import time

import pytest

from tests.compose.ada import EMAIL, Ada
from tests.compose.conftest import Figures
from tests.compose.stack import MINUTE, docker, soon, timed
from tests.docs.compose_file import seconds, services

KILLED = "137"
LONGEST_GRACE = max(seconds(each.get("stop_grace_period", "10s")) for each in services().values())


@pytest.mark.timeout(1800)
def test_down_ends_inside_the_grace_and_up_brings_everything_back(
    at_work: Ada, figures: Figures
) -> None:
    bucket = at_work.ask_for_bucket("taken-down")
    soon(lambda: at_work.building(bucket), patience=2 * MINUTE, what="Terraform builds")
    moment = at_work.ask_for_syncs()
    soon(lambda: at_work.busy(bucket), patience=MINUTE, what="a sync begins, and Terraform builds")
    known = at_work.inventory()
    since = int(time.time())
    with timed() as took:
        # the clouds stay: they have no disk, and would forget what is in them
        at_work.stack.compose("down", *at_work.stack.services())
    figures.note("down during syncs and a run of Terraform", took())
    assert took() < LONGEST_GRACE
    assert [name for name, code in _ends(since) if code == KILLED] == []

    figures.note("up -d again", at_work.stack.up())
    (user,) = at_work.stack.multicloud("users", "list")
    assert user["email"] == EMAIL
    assert at_work.inventory() >= known
    at_work.slow_down(0.0)
    with timed() as took:
        soon(lambda: at_work.runs(bucket) == ["applied"], patience=8 * MINUTE, what="it is built")
        soon(lambda: at_work.synced_since(moment), patience=8 * MINUTE, what="all is synced")
    figures.note("... and until the run and the syncs are done", took())
    assert at_work.buckets().count("taken-down") == 1
    assert at_work.stack.multicloud("inventory", "--managed", "orphaned") == []
    soon(lambda: not at_work.unfinished(), patience=2 * MINUTE, what="every sync and run has ended")


def _ends(since: int) -> list[tuple[str, str]]:
    """Return the name and the exit code of each container that ended since then."""
    told = docker(
        *("events", "--since", str(since), "--until", str(int(time.time()) + 1)),
        *("--filter", "event=die", "--format", "{{json .Actor.Attributes}}"),
    )
    ended = [json.loads(line) for line in told.splitlines()]
    return [(each["name"], each["exitCode"]) for each in ended]
