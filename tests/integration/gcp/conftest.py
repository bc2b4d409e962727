from collections.abc import Iterator

import pytest

from tests.integration.gcp.rig import Rig, running


@pytest.fixture(scope="session")
def whole_rig() -> Iterator[Rig]:
    with running() as rig:
        yield rig


@pytest.fixture
def rig(whole_rig: Rig) -> Rig:
    """An empty project, every key accepted, and a server without faults."""
    whole_rig.reset()
    return whole_rig
