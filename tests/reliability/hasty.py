"""A worker that looks every second for messages that nobody has acknowledged in time.

`celery -A tests.reliability.hasty`: as always, that is every ten seconds.
"""

from entrypoints.worker import app

__all__ = ["app"]

app.conf.broker_transport_options = {
    **app.conf.broker_transport_options,
    "unacked_restore_interval": 1,
}
