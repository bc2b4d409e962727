"""What an account was charged, line by line."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

OWN_ACCOUNT = "123456789012"
"""The account that every key of the sandbox opens."""


class BadLine(Exception):
    """What should become a line of the bill is none; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One amount, in US dollars."""

    day: date
    service: str
    amount: Decimal
    """As the invoice has it."""
    amortized: Decimal
    """With what was paid in advance spread over its time."""
    record_type: str = "Usage"
    region: str = "us-east-1"
    account: str = OWN_ACCOUNT

    def value_of(self, dimension: str) -> str:
        """Return what it is grouped and filtered by.

        Raises:
            KeyError: nothing can be grouped by that.
        """
        return {
            "SERVICE": self.service,
            "RECORD_TYPE": self.record_type,
            "REGION": self.region,
            "LINKED_ACCOUNT": self.account,
        }[dimension]


Bill = Callable[[date], Iterable[Line]]
"""What was charged for a day; nothing for days without cost."""


def no_bill(_: date) -> Sequence[Line]:
    """Charge nothing: the bill of an empty account."""
    return ()


def bill_of(rows: object) -> Bill:
    """Return the bill that *rows*, a list of JSON objects, make up.

    Each has a `day`, a `service` and an `amount` as text, and may have `amortized` (else it is
    the amount), `record_type`, `region` and `account`.

    Raises:
        BadLine: one of them has not.
    """
    if not isinstance(rows, list):
        raise BadLine("A bill is a list of rows.")
    by_day: dict[date, list[Line]] = {}
    for row in rows:
        line = _line(row)
        by_day.setdefault(line.day, []).append(line)
    return lambda day: by_day.get(day, ())


def _line(row: object) -> Line:
    if not isinstance(row, dict):
        raise BadLine("A row is an object with day, service and amount.")
    try:
        amount = Decimal(row["amount"])
        optional = {name: row[name] for name in ("record_type", "region", "account") if name in row}
        return Line(
            day=date.fromisoformat(row["day"]),
            service=row["service"],
            amount=amount,
            amortized=Decimal(row.get("amortized", amount)),
            **optional,
        )
    except (KeyError, ValueError, TypeError, InvalidOperation) as error:
        raise BadLine("A row needs day, service and amount, the amount as text.") from error
