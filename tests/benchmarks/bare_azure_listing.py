"""A process that fetches the lists of an Azure subscription's machines with raw HTTP.

It asks what our listing asks, page after page over one connection, reads the JSON and throws it
away.
"""

import json
import sys
import time
from typing import Any

import urllib3

from tests.benchmarks.peak_memory import peak_mb

COMPUTE = "Microsoft.Compute/virtualMachines?api-version=2024-07-01"
NETWORK = "Microsoft.Network"
LISTS = (
    f"{COMPUTE}&statusOnly=true",
    f"{NETWORK}/networkInterfaces?api-version=2024-05-01",
    f"{NETWORK}/publicIPAddresses?api-version=2024-05-01",
    COMPUTE,
)


class Tenant:
    """One connection to a tenant, and a token for it."""

    def __init__(self, document: dict[str, str]) -> None:
        self._pool = urllib3.PoolManager(ca_cert_data=document["ca_certificate"])
        self._endpoint = document["resource_manager_url"]
        form = {
            "grant_type": "client_credentials",
            "client_id": document["client_id"],
            "client_secret": document["client_secret"],
            "scope": f"{self._endpoint}/.default",
        }
        place = f"{document['authority_host']}/{document['tenant_id']}/oauth2/v2.0/token"
        answer = self._pool.request("POST", place, fields=form, encode_multipart=False)
        self._shown = {"Authorization": f"Bearer {json.loads(answer.data)['access_token']}"}

    def subscriptions(self) -> list[str]:
        """Return their ids."""
        page = self._get(f"{self._endpoint}/subscriptions?api-version=2022-12-01")
        return [each["subscriptionId"] for each in page["value"]]

    def records(self, subscription: str, listing: str) -> int:
        """Return how many records are on all pages of the *listing*."""
        place = f"{self._endpoint}/subscriptions/{subscription}/providers/{listing}"
        address: str | None = place
        count = 0
        while address:
            page = self._get(address)
            count += len(page["value"])
            address = page.get("nextLink")
        return count

    def _get(self, address: str) -> dict[str, Any]:
        answer = self._pool.request("GET", address, headers=self._shown)
        assert answer.status == 200, answer.status
        page: dict[str, Any] = json.loads(answer.data)
        return page


def main(document: str) -> None:
    """Fetch what the application in *document* sees of machines, and print figures as JSON."""
    began, worked = time.perf_counter(), time.process_time()
    tenant = Tenant(json.loads(document))
    records = sum(
        tenant.records(subscription, listing)
        for subscription in tenant.subscriptions()
        for listing in LISTS
    )
    figures = {
        "records": records,
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - worked,
        "peak_mb": peak_mb(),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
