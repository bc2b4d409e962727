"""A process that lists the machines of one Azure credential, and tells what it took."""

import json
import sys
import time

from adapters.azure.inventory import AzureInventory
from adapters.azure.retrying import LISTING
from adapters.azure.secret import parse_secret
from adapters.azure.session import AzureSession
from adapters.pacing.local import LocalPacing
from domain.accounts import CredentialId
from domain.inventory import ObservedResource, ResourceKind, Scope
from tests.benchmarks.peak_memory import peak_mb
from tests.benchmarks.wide_pacing import wide

MACHINES = ResourceKind.AZURE_VIRTUAL_MACHINE


def main(document: str) -> None:
    """List every machine that the credential in *document* reaches, and print figures as JSON."""
    began, worked = time.perf_counter(), time.process_time()
    secret = parse_secret(document, allow_custom_endpoints=True)
    pacing = LocalPacing(limits=wide)
    inventory = AzureInventory(session=AzureSession(secret, patience=LISTING, pacing=pacing))
    machines = with_status = with_address = 0
    places = inventory.locations(MACHINES)
    for place in places:
        scope = Scope(credential_id=CredentialId(1), kind=MACHINES, location=place)
        for each in inventory.list_resources(scope):
            assert isinstance(each, ObservedResource)
            machines += 1
            with_status += each.status is not None
            with_address += bool(each.attributes.get("public_ips"))
    figures = {
        "machines": machines,
        "with_status": with_status,
        "with_address": with_address,
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - worked,
        "peak_mb": peak_mb(),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
