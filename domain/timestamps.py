"""Time as the domain accepts it: aware, and in UTC."""

from datetime import UTC, datetime

from domain.errors import InvalidValue


def in_utc(field: str, moment: datetime) -> datetime:
    """Return *moment* in UTC.

    Raises:
        InvalidValue: *moment* carries no time zone, so it names no instant.
    """
    if moment.tzinfo is None:
        raise InvalidValue(field, moment.isoformat(), "a time needs a time zone")
    return moment.astimezone(UTC)
