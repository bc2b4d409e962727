"""The worker as it would be without a door before Celery: `celery -A tests.reliability.unguarded`.

It is what shows that the messages of `hostile_messages` do harm.
"""

from celery.app.amqp import AMQP

from entrypoints.worker import app

app.amqp_cls = AMQP
