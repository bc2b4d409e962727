"""Whether a lease holds, by the clock of the database, which may have been set back."""

from typing import Final

from sqlalchemy import and_, not_

from adapters.persistence.clock import NOW
from adapters.persistence.tables import leases
from domain.leases import FARTHEST_END

_END = leases.c.expires_at
HELD: Final = and_(_END > NOW, _END <= NOW + FARTHEST_END)
"""Somebody holds it."""
RUN_OUT: Final = not_(HELD)  # which is not true of a lease without an end
"""It was not given back, and nobody holds it."""
