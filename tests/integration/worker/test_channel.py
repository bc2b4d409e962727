"""How often a worker makes itself a client of its broker."""

from typing import Any

from entrypoints.worker.connection import LastingConnection


def client_of(channel: Any) -> Any:  # noqa: ANN401 - of kombu and of redis-py
    with channel.conn_or_acquire() as client:
        return client


def test_one_client_serves_for_all_messages_until_its_connections_are_gone(
    valkey_url: str,
) -> None:
    with LastingConnection(valkey_url) as connection:  # type: ignore[no-untyped-call]
        channel: Any = connection.default_channel
        client = client_of(channel)
        assert client_of(channel) is client
        assert client is not channel.client  # which waits for messages on a connection of its own

        channel._disconnect_pools()

        assert client_of(channel) is not client
        assert client_of(channel).ping()
