from collections.abc import Iterator

import pytest

from tests.integration.azure.rig import Rig, running_rig


@pytest.fixture
def rig() -> Iterator[Rig]:
    """A tenant with two empty subscriptions, lists of three on a page, and no faults."""
    with running_rig(page_sizes={"Microsoft.Compute/virtualMachines": 3}) as rig:
        yield rig
