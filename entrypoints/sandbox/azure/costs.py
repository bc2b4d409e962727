"""What things cost, day by day: the same for whoever asks, whenever they ask."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from zlib import crc32


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Something that costs money every day."""

    scope: str
    """The subscription or the resource group it is billed to, as an id."""
    service: str
    """Like `Virtual Machines`."""
    daily: float
    """About so much on every day; no two days are quite the same."""
    resource: str = ""
    """The id of what is paid for; empty for a charge that belongs to nothing."""
    location: str = ""
    currency: str = "EUR"
    since: date | None = None
    """The first day; None: it has always been there."""
    until: date | None = None
    """The last day; None: it is still there."""
    tags: Mapping[str, str] = field(default_factory=dict)

    def is_in(self, scope: str) -> bool:
        """Tell whether it is billed to *scope* or to something below."""
        return f"{self.scope.lower()}/".startswith(f"{scope.lower()}/")

    def on(self, day: date) -> float | None:
        """Return what is paid for one day, with many decimals; None: nothing."""
        if (self.since and day < self.since) or (self.until and day > self.until):
            return None
        seed = f"{self.service}/{self.resource.lower()}/{self.scope.lower()}/{day.isoformat()}"
        return self.daily * (0.9 + 0.2 * crc32(seed.encode()) / 2**32)

    def value_of(self, dimension: str) -> str:
        """Return what it is grouped by.

        Raises:
            KeyError: nothing can be grouped by that.
        """
        parts = self.scope.split("/")
        return {
            "servicename": self.service,
            "metercategory": self.service,
            "resourceid": self.resource.lower(),
            "resourcegroup": parts[4].lower() if len(parts) > 4 else "",  # noqa: PLR2004
            "resourcegroupname": parts[4].lower() if len(parts) > 4 else "",  # noqa: PLR2004
            "resourcelocation": self.location,
            "subscriptionid": parts[2],
            "chargetype": "Usage",
        }[dimension.lower()]


def days(first: date, last: date) -> Iterator[date]:
    """Return every day from *first* to *last*, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
