from collections.abc import Iterator

import pytest

from tests.integration.aws.rig import Rig, running_rig


@pytest.fixture(scope="session")
def whole_rig() -> Iterator[Rig]:
    with running_rig() as rig:
        yield rig


@pytest.fixture
def rig(whole_rig: Rig) -> Rig:
    """An empty account, every key accepted, and a line without faults."""
    whole_rig.reset()
    return whole_rig
