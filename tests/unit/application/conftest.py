import pytest

from adapters.fakes.clouds import FakeCloud
from domain.inventory import EVERYWHERE
from tests.builders import BUCKET, INSTANCE, IRELAND, OHIO, VPC, a_resource
from tests.unit.application.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def cloud() -> FakeCloud:
    """Two instances in Ireland, one in Ohio, one bucket, one VPC."""
    cloud = FakeCloud()
    cloud.put(INSTANCE, IRELAND, a_resource("i-1"), a_resource("i-2"))
    cloud.put(INSTANCE, OHIO, a_resource("i-3"))
    cloud.put(BUCKET, EVERYWHERE, a_resource("b-1"))
    cloud.put(VPC, IRELAND, a_resource("vpc-1"))
    return cloud
