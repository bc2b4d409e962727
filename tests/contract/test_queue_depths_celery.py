import pytest
from celery import Celery

from adapters.queue.celery_queue import sending_app
from adapters.queue.depth import CeleryQueueDepths
from application.ports.errors import Unavailable
from tests.broker import redis_client
from tests.contract.queue_depths_contract import Put, QueueDepthsContract


class TestCeleryQueueDepths(QueueDepthsContract):
    @pytest.fixture
    def sender(self, valkey_url: str) -> Celery:
        return sending_app(valkey_url, valkey_url)

    @pytest.fixture
    def depths(self, sender: Celery) -> CeleryQueueDepths:
        return CeleryQueueDepths(sender)

    @pytest.fixture
    def put(self, sender: Celery) -> Put:
        def send(queue: str, priority: int, number: int) -> None:
            for _ in range(number):
                sender.send_task("nobody.serves.this", queue=queue, priority=priority)

        return send

    def test_what_a_worker_has_taken_is_counted_until_it_is_done(
        self, depths: CeleryQueueDepths, sender: Celery
    ) -> None:
        sender.send_task("nobody.serves.this", queue="sync")
        with sender.connection_for_read() as connection:
            taken = connection.default_channel.basic_get("sync")
            assert depths.read().unacknowledged == 1
            taken.ack()
            assert depths.read().unacknowledged == 0

    def test_a_broker_that_is_away_is_told_without_its_address(self) -> None:
        away = "redis://:canary@127.0.0.1:1/0"
        with pytest.raises(Unavailable) as raised:
            CeleryQueueDepths(sending_app(away, away)).read()
        assert "canary" not in str(raised.value)

    def test_hundred_readings_leave_one_connection(
        self, depths: CeleryQueueDepths, valkey_url: str
    ) -> None:
        with redis_client(valkey_url) as client:
            depths.read()
            before = client.info("clients")["connected_clients"]
            for _ in range(100):
                depths.read()
            assert client.info("clients")["connected_clients"] == before
