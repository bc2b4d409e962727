"""All that the compute service creates, changes and deletes, and the operations that tell of it."""

from collections.abc import Sequence

from entrypoints.sandbox.gcp.instance_changes import InstanceChanges
from entrypoints.sandbox.gcp.instance_settings import InstanceSettings
from entrypoints.sandbox.gcp.network_changes import NetworkChanges
from entrypoints.sandbox.gcp.operations import Operations
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.routing import Route
from entrypoints.sandbox.gcp.subnetwork_changes import SubnetworkChanges


def changing_routes(project: GcpProject) -> Sequence[Route]:
    """Return what may be asked of *project* beyond looking at what it lists."""
    operations = Operations(project)
    return (
        *InstanceChanges(project, operations).routes,
        *InstanceSettings(project, operations).routes,
        *NetworkChanges(project, operations).routes,
        *SubnetworkChanges(project, operations).routes,
        *operations.routes,
    )
