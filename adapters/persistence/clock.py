"""The clock of the database, which times whatever several processes must agree on."""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from adapters.persistence.session import Session

NOW: Final = func.clock_timestamp()
"""This moment, also late in a transaction; now() would be its start."""
_ASKED: Final = select(NOW)


def server_time(session: Session) -> datetime:
    """Ask the database for its time, unless the last answer of it told that anyway."""
    if session.moment is not None:
        return session.moment
    moment: datetime = session.run(_ASKED).scalar_one()
    return moment
