"""Limits for a cloud that answers at once, where the client is what is measured."""

from collections.abc import Sequence
from dataclasses import replace

from domain.api_limits import limits_of
from domain.pacing import ApiCall, Limit


def wide(call: ApiCall) -> Sequence[Limit]:
    """Return the limits of *call*, too wide to be met.

    They let through the pages of a cloud that takes 80 ms for each. This one takes next to nothing,
    and the reference keeps no limit at all.
    """
    return [
        replace(limit, per_second=1000 * limit.per_second, burst=1000 * limit.burst)
        for limit in limits_of(call)
    ]
