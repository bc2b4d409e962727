"""How a run ends that does not reach its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from application.ports.errors import LeaseLost, PortError
from domain.errors import DomainError
from domain.provisioning import Leak

DEFECTS: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    DomainError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What only a mistake of ours raises; what asks a worker to stop is none of these."""


class RunFailed(Exception):
    """A run cannot go on; the text is one sentence for a person."""

    def __init__(self, sentence: str, *, leaks: tuple[Leak, ...] = ()) -> None:
        """*leaks* are what was found in the cloud and could not be decided about."""
        super().__init__(sentence)
        self.leaks = leaks


class RunCanceled(RunFailed):
    """Somebody asked for the end, and got it."""

    def __init__(self) -> None:
        super().__init__("It was canceled.")


class RunLeft(Exception):
    """The worker is to stop: the run stays as it is, and the next worker goes on with it."""

    def __init__(self, *, running: bool = False) -> None:
        """*running* tells whether Terraform is at work in it and goes on with that."""
        super().__init__("The worker was told to stop.")
        self.running = running


@contextmanager
def failing_the_run() -> Iterator[None]:
    """Let what goes wrong outside of our own store end the run.

    What goes wrong with the store is no failure of the run: it goes on when the store is back.

    Raises:
        RunFailed: something went wrong.
        LeaseLost: somebody else goes on with the run.
    """
    try:
        yield
    except LeaseLost:
        raise
    except (PortError, DomainError) as error:
        raise RunFailed(str(error)) from error
