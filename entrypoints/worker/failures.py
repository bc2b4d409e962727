"""What is kept of a failure for whoever asks the result backend."""

from celery.utils.serialization import create_exception_cls

_LONGEST_SENTENCE = 1_000


class DiscreetBackend:
    """A result backend that is told of each failure its class and its redacted text, no more.

    Celery would store the traceback too, with the text of every exception that led to this one.
    Whoever needs it finds it in the log of the worker, redacted.
    """

    def __init__(self, backend: object) -> None:
        self._backend = backend

    def __getattr__(self, name: str) -> object:
        """Return whatever else the backend can do."""
        return getattr(self._backend, name)

    def mark_as_failure(
        self, task_id: str, exc: BaseException, traceback: object = None, **rest: object
    ) -> object:
        """Store that the task failed with *exc*; *traceback* is not kept."""
        del traceback
        return self._backend.mark_as_failure(task_id, told(exc), **rest)  # type: ignore[attr-defined]

    def mark_as_retry(
        self, task_id: str, exc: BaseException, traceback: object = None, **rest: object
    ) -> object:
        """Store that the task will be tried again after *exc*; *traceback* is not kept."""
        del traceback
        return self._backend.mark_as_retry(task_id, told(exc), **rest)  # type: ignore[attr-defined]


def told(error: BaseException) -> Exception:
    """Return an exception of the class of *error* with its redacted text and nothing else."""
    from entrypoints.bootstrap.logging import process_redactor  # noqa: PLC0415 - loads adapters

    text = process_redactor().redact(" ".join(str(error).split()))
    kind = type(error)
    # Not of the very class: some exceptions cannot be made from a text alone.
    stand_in: type[Exception] = create_exception_cls(kind.__qualname__, kind.__module__)
    return stand_in(text[:_LONGEST_SENTENCE])
