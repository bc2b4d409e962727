import time
from collections.abc import Iterator

import pytest

from adapters.pacing.shared import RedisPacing
from tests.broker import redis_client
from tests.contract.pacing_contract import CALL, Now, PacingContract, limits


class TestRedisPacing(PacingContract):
    @pytest.fixture
    def pacing(self, valkey_url: str) -> Iterator[RedisPacing]:
        pacing = RedisPacing(redis_client(valkey_url), limits=limits)
        yield pacing
        pacing.close()

    @pytest.fixture
    def now(self) -> Now:
        return time.monotonic

    def test_what_is_no_longer_needed_leaves_redis_by_itself(
        self, pacing: RedisPacing, valkey_url: str
    ) -> None:
        pacing.wait(CALL)
        pacing.throttled(CALL, retry_after=1)
        with redis_client(valkey_url) as client:
            keys = client.keys("multicloud:pacing:*")
            assert isinstance(keys, list) and len(keys) == 1
            left = client.ttl(keys[0])
            assert isinstance(left, int) and 100 < left < 200

    def test_the_counts_are_where_others_read_them(
        self, pacing: RedisPacing, valkey_url: str
    ) -> None:
        pacing.wait(CALL)
        pacing.throttled(CALL)
        with redis_client(valkey_url) as client:
            assert client.hgetall("multicloud:api_calls") == {
                b"aws|ec2.DescribeVpcs|calls": b"1",
                b"aws|ec2.DescribeVpcs|throttles": b"1",
            }
