"""A process that lists an AWS account with boto3 and nothing else, and throws away what it reads.

It asks what a sync asks but who it is, on 16 threads, and each question as soon as it can be put.
"""

import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config

from tests.benchmarks.peak_memory import peak_mb

THREADS = 16
HOME = "us-east-1"


class Account:
    """Clients of one account, one for each service and region."""

    def __init__(self, document: dict[str, str]) -> None:
        self._session = boto3.Session(
            aws_access_key_id=document["access_key_id"],
            aws_secret_access_key=document["secret_access_key"],
        )
        self._endpoint = document["endpoint_url"]
        self._config = Config(max_pool_connections=THREADS, s3={"addressing_style": "path"})
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = Lock()  # sessions of boto3 may not make two clients at once

    def client(self, service: str, region: str = HOME) -> Any:  # noqa: ANN401 - it has no types
        """Return the client of *service* in *region*."""
        with self._lock:
            if (service, region) not in self._clients:
                self._clients[service, region] = self._session.client(
                    service, region, endpoint_url=self._endpoint, config=self._config
                )
            return self._clients[service, region]

    def regions(self) -> list[str]:
        """Return the regions that are enabled."""
        wanted = [{"Name": "opt-in-status", "Values": ["opt-in-not-required", "opted-in"]}]
        answer = self.client("ec2").describe_regions(Filters=wanted)
        return [region["RegionName"] for region in answer["Regions"]]

    def buckets(self) -> list[dict[str, Any]]:
        """Return the buckets of all regions."""
        asked = self.client("s3").get_paginator("list_buckets")
        pages = asked.paginate(PaginationConfig={"PageSize": 10_000})
        return [bucket for page in pages for bucket in page["Buckets"]]

    def placed(self, bucket: dict[str, Any]) -> int:
        """Return 1, once it is known where *bucket* is."""
        if "BucketRegion" not in bucket:
            assert self.client("s3").head_bucket(Bucket=bucket["Name"])["BucketRegion"]
        return 1

    def instances(self, region: str) -> int:
        """Return how many instances are in *region*."""
        pages = self._pages("ec2", "describe_instances", region, 1000)
        return sum(len(each["Instances"]) for page in pages for each in page["Reservations"])

    def vpcs(self, region: str) -> int:
        """Return how many VPCs are in *region*."""
        return sum(len(page["Vpcs"]) for page in self._pages("ec2", "describe_vpcs", region, 1000))

    def tags(self, region: str) -> int:
        """Return 0, once the tags of the buckets in *region* are read."""
        service, filters = "resourcegroupstaggingapi", {"ResourceTypeFilters": ["s3"]}
        for page in self._pages(service, "get_resources", region, 100, **filters):
            assert page["ResourceTagMappingList"]
        return 0

    def _pages(
        self, service: str, method: str, region: str, size: int, **filters: list[str]
    ) -> Iterator[dict[str, Any]]:
        paginator = self.client(service, region).get_paginator(method)
        pages: Iterator[dict[str, Any]] = iter(
            paginator.paginate(**filters, PaginationConfig={"PageSize": size})
        )
        return pages


def listed(account: Account) -> int:
    """Return how many resources there are."""
    with ThreadPoolExecutor(THREADS) as pool:
        buckets = pool.submit(account.buckets)
        regions = account.regions()
        found = [
            pool.submit(question, region)
            for question in (account.instances, account.tags, account.vpcs)
            for region in regions
        ]
        placed = list(pool.map(account.placed, buckets.result()))
        return sum(each.result() for each in found) + sum(placed)


def main(document: str) -> None:
    """List what the keys in *document* reach, and print figures as JSON."""
    began = time.perf_counter()
    resources = listed(Account(json.loads(document)))
    figures = {
        "resources": resources,
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time(),
        "peak_mb": peak_mb(),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
