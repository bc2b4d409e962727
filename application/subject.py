"""What the work at hand is about, for whoever tells of it, such as a log."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from types import MappingProxyType
from typing import Final, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")

_NOTHING: Final[Mapping[str, int | str]] = MappingProxyType({})
_SUBJECT: Final[ContextVar[Mapping[str, int | str] | None]] = ContextVar("subject", default=None)
"""None outside of any piece of work."""


def subject() -> Mapping[str, int | str]:
    """Return the ids of what this thread works on (`user_id`, `run_id` ...); none by default."""
    return _SUBJECT.get() or _NOTHING


def about(**ids: int | str) -> None:
    """Say that from here to the end of this `piece_of_work` the work is about *ids* too.

    Outside of any, nobody hears it.
    """
    known = _SUBJECT.get()
    if known is not None:
        _SUBJECT.set(MappingProxyType({**known, **ids}))


@contextmanager
def piece_of_work(**ids: int | str) -> Iterator[None]:
    """Forget at the end of the block what was said inside of it; it begins with *ids*."""
    before = _SUBJECT.get()
    _SUBJECT.set(MappingProxyType({**(before or {}), **ids}))
    try:
        yield
    finally:
        # not by a token: a generator that is closed in another context could not give it back
        _SUBJECT.set(before)


class SubjectThreads(ThreadPoolExecutor):
    """Threads that know what whoever handed them their work was working on.

    What they say of it themselves stays with the call that they say it in.
    """

    def submit(
        self,
        fn: Callable[Parameters, Answer],
        /,
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Future[Answer]:
        """Call *fn* in another thread, about the same subject."""
        context = copy_context()
        return super().submit(lambda: context.run(fn, *args, **kwargs))
