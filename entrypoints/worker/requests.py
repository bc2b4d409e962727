"""What the worker's main process tells of a task to whoever watches it, such as Flower."""

from datetime import UTC, datetime

from celery.worker.request import Request


class DiscreetRequest(Request):
    """Tells of a failure no more than the class of its error.

    The main process has not opened the secrets that its pool processes have, so it could not
    hide them in a text or a traceback.
    """

    def maybe_expire(self) -> bool:
        """Tell whether the message is too old, and forget it.

        Celery would remember its id as revoked, and with that drop every later message of the
        same job, whose id is the same.
        """
        return bool(self.expires) and datetime.now(UTC) > self.expires

    def send_event(self, event: str, **facts: object) -> None:
        """Send *event* to whoever listens, if anybody does."""
        facts.pop("traceback", None)
        if "exception" in facts:
            facts["exception"] = str(facts["exception"]).partition("(")[0]
        super().send_event(event, **facts)
