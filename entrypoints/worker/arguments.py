"""What a message may ask of a task: ids by position or by name, and nothing else."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Final

from application.ports.errors import Rejected

_signature: Final = cache(inspect.signature)
"""To find it out takes longer than to use it."""


def checked_arguments(
    task: str, function: Callable[..., object], args: Sequence[object], kwargs: Mapping[str, object]
) -> dict[str, int]:
    """Return the arguments for *function* by name, without its first one, the container.

    Raises:
        Rejected: one is missing, unknown, or not the id of anything. The text names what the
            task takes and leaves out the values, which may be anything.
    """
    signature = _signature(function)
    takes = list(signature.parameters)[1:]
    try:
        bound = signature.bind(None, *args, **kwargs).arguments
    except TypeError as exc:
        raise Rejected(f"{task} {_wants(takes)}: {exc}.") from exc
    given = {name: bound[name] for name in takes}
    for name, value in given.items():
        if type(value) is not int or value < 1:
            raise Rejected(f"{task} {_wants(takes)}: {name} is {_described(value)}.")
    return given


def _wants(names: Sequence[str]) -> str:
    return f"takes whole numbers from 1 on as {', '.join(names)}" if names else "takes no arguments"


def _described(value: object) -> str:
    return "below 1" if type(value) is int else f"of type {type(value).__name__}"
