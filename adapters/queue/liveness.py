"""Asking over the broker who is there."""

from celery import Celery

from adapters.queue.celery_queue import broker_errors


def answering_workers(
    app: Celery, *, patience: float = 1.0, only: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """Return the names of the workers that answer within *patience* seconds; maybe none.

    With *only*, no others are asked, and the answer comes as soon as all of them have answered.

    Raises:
        Unavailable: the broker cannot be reached.
    """
    with broker_errors():
        replies = app.control.ping(destination=only, timeout=patience)
    return tuple(sorted(name for reply in replies for name in reply))
