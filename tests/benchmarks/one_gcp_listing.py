"""A process that lists the instances of one Google Cloud credential, and tells what it took."""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from adapters.gcp.inventory import GcpInventory
from adapters.gcp.retrying import LISTING
from adapters.gcp.secret import parse_secret
from adapters.gcp.session import GcpSession
from adapters.pacing.local import LocalPacing
from domain.accounts import CredentialId
from domain.inventory import Location, ObservedResource, ResourceKind, Scope
from tests.benchmarks.peak_memory import peak_mb

INSTANCES = ResourceKind.GCP_COMPUTE_INSTANCE


def main(document: str) -> None:
    """List every zone that the credential in *document* reaches, and print figures as JSON."""
    began, worked = time.perf_counter(), time.process_time()
    secret = parse_secret(document, allow_custom_endpoints=True)
    inventory = GcpInventory(session=GcpSession(secret, patience=LISTING, pacing=LocalPacing()))
    inventory.account_id()

    def listed(zone: Location) -> list[object]:
        scope = Scope(credential_id=CredentialId(1), kind=INSTANCES, location=zone)
        return list(inventory.list_resources(scope))

    with ThreadPoolExecutor(16) as pool:
        found = [each for zone in pool.map(listed, inventory.locations(INSTANCES)) for each in zone]
    figures = {
        "instances": sum(isinstance(each, ObservedResource) for each in found),
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - worked,
        "peak_mb": peak_mb(),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
