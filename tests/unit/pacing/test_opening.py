"""An address as Celery writes it leads to the same server here."""

import pytest

from adapters.pacing.local import LocalPacing
from adapters.pacing.opening import client_of, pacing_at


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://", {"host": "localhost", "port": 6379, "db": 0, "password": None}),
        ("redis://r:1/3", {"host": "r", "port": 1, "db": 3}),
        ("redis://:p%40ss@r/0", {"username": None, "password": "p@ss"}),
        ("redis://me:word@r/0", {"username": "me", "password": "word"}),
        ("redis+socket://:word@/run/a%20b/s.sock", {"path": "/run/a b/s.sock", "password": "word"}),
        ("redis+socket:///run/s.sock?virtual_host=2", {"path": "/run/s.sock", "db": 2}),
        ("rediss://r/0", {"ssl_cert_reqs": "required", "ssl_check_hostname": True}),
        ("rediss://r/0?ssl_cert_reqs=CERT_NONE", {"ssl_cert_reqs": "none"}),
        ("rediss://r/0?ssl_ca_certs=/ca.pem", {"ssl_ca_certs": "/ca.pem"}),
    ],
)
def test_each_part_of_an_address_counts(url: str, expected: dict[str, object]) -> None:
    options = client_of(url).connection_pool.connection_kwargs
    assert {name: options.get(name) for name in expected} == expected


def test_an_answer_is_not_waited_for_long() -> None:
    options = client_of("redis://r/0").connection_pool.connection_kwargs
    assert options["socket_timeout"] <= 1
    assert options["socket_connect_timeout"] <= 1


def test_without_an_address_each_process_is_alone() -> None:
    assert isinstance(pacing_at(None), LocalPacing)
