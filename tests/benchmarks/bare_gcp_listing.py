"""A process that fetches the instances of a Google Cloud project with raw HTTP.

It asks what our listing asks, page after page over one connection, reads the JSON and throws it
away.
"""

import json
import sys
import time
from typing import Any
from urllib.parse import urlencode

import urllib3
from google.auth.transport.urllib3 import Request
from google.oauth2 import service_account

from tests.benchmarks.peak_memory import peak_mb

SCOPES = ["https://www.googleapis.com/auth/compute.readonly"]
PAGE = {"maxResults": "500", "prettyPrint": "false"}


class Project:
    """One connection to a project, and a token for it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._place = f"{document['compute_endpoint']}/compute/v1/projects/{document['project_id']}"
        self._pool = urllib3.PoolManager()
        account = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            document["service_account_info"], scopes=SCOPES
        )
        account.refresh(Request(self._pool))  # type: ignore[no-untyped-call]
        self._shown = {"Authorization": f"Bearer {account.token}"}

    def zones(self) -> list[str]:
        """Return their names."""
        return [each["name"] for each in self._get("zones", PAGE)["items"]]

    def instances(self) -> int:
        """Return how many instances are in all zones together."""
        count, query = 0, {**PAGE, "returnPartialSuccess": "true"}
        while True:
            page = self._get("aggregated/instances", query)
            count += sum(len(each.get("instances", ())) for each in page["items"].values())
            if not page.get("nextPageToken"):
                return count
            query["pageToken"] = page["nextPageToken"]

    def _get(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        address = f"{self._place}/{path}?{urlencode(query)}"
        answer = self._pool.request("GET", address, headers=self._shown)
        assert answer.status == 200, answer.status
        page: dict[str, Any] = json.loads(answer.data)
        return page


def main(document: str) -> None:
    """Fetch what the account in *document* sees of instances, and print figures as JSON."""
    began, worked = time.perf_counter(), time.process_time()
    project = Project(json.loads(document))
    assert project.zones()
    figures = {
        "instances": project.instances(),
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - worked,
        "peak_mb": peak_mb(),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
