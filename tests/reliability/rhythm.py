"""Something that is done beside a test."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def again_and_again(act: Callable[[], object], *, every: float) -> Iterator[None]:
    """Call *act* every so many seconds, in a thread of its own, until the end of the block."""
    stop = threading.Event()

    def go_on() -> None:
        while not stop.wait(every):
            act()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
