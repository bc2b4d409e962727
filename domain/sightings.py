"""What one listing saw, folded small."""

import marshal
from collections.abc import Iterable, Iterator, KeysView
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, TypeAlias

from domain.inventory import ExternalId, ObservedResource

Mark: TypeAlias = str
"""A digest of a resource just as it came. An equal mark proves that nothing changed; another one
proves nothing, because the order of attributes and the spelling of an id count here. It takes a
third of the time of a fingerprint, which then decides. Tags are put in order first, for
a cloud may tell them in another one each time."""

_VERSION: Final = 2  # of marshal: the last that writes equal values alike, whoever else uses them
_MARK_BYTES: Final = 12  # an item is compared with its own past only: 96 bits are plenty
_NOT_PLAIN: Final = b""


class Sightings:
    """The resources of one listing, each once: as it came first.

    They are kept as bytes, which take a quarter of the memory and give the garbage collector
    nothing to walk through; whoever asks for one gets it anew.
    """

    def __init__(self, resources: Iterable[ObservedResource] = ()) -> None:
        self._folded: dict[ExternalId, bytes] = {}
        self._not_plain: dict[ExternalId, ObservedResource] = {}
        self._oddities: dict[ExternalId, tuple[str, ...]] = {}
        for each in resources:
            self.add(each)

    def add(self, resource: ObservedResource) -> None:
        """Keep *resource*, unless one of its identity came before."""
        identity = resource.external_id
        if identity in self._folded:
            return
        if resource.oddities:
            self._oddities[identity] = resource.oddities
        try:
            self._folded[identity] = marshal.dumps(_content(resource), _VERSION)
        except ValueError:  # a mapping that is no dictionary, or a value that JSON does not have
            self._folded[identity] = _NOT_PLAIN
            self._not_plain[identity] = resource

    def __len__(self) -> int:
        return len(self._folded)

    def __iter__(self) -> Iterator[ObservedResource]:
        return map(self.resource, self._folded)

    def identities(self) -> KeysView[ExternalId]:
        """Return which resources were seen, in the order of the listing."""
        return self._folded.keys()

    @property
    def odd(self) -> list[ObservedResource]:
        """Those in whose record something was not as documented."""
        return [self.resource(identity) for identity in self._oddities]

    def resource(self, identity: ExternalId) -> ObservedResource:
        """Return the resource of this identity; KeyError if it was not seen."""
        folded = self._folded[identity]
        if folded is _NOT_PLAIN:
            return self._not_plain[identity]
        return _unfold(identity, folded, self._oddities.get(identity, ()))

    def mark(self, identity: ExternalId) -> Mark | None:
        """Return the mark of this resource, None if it has none; KeyError if it was not seen."""
        return _mark(self._folded[identity])

    def marks(self) -> Iterator[tuple[ExternalId, Mark | None]]:
        """Return every identity with its mark, in the order of the listing."""
        return ((identity, _mark(folded)) for identity, folded in self._folded.items())


def _mark(folded: bytes) -> Mark | None:
    return blake2b(folded, digest_size=_MARK_BYTES).hexdigest() if folded else None


def _content(seen: ObservedResource) -> Any:  # noqa: ANN401 - what marshal may refuse
    """Return everything of *seen* but its identity and its oddities."""
    created = seen.created_at.isoformat() if seen.created_at else None
    tags = dict(sorted(seen.tags.items())) if seen.tags else seen.tags
    return (
        seen.name,
        seen.region,
        seen.status,
        seen.uri,
        created,
        tags,
        seen.attributes,
    )


def _unfold(identity: ExternalId, folded: bytes, oddities: tuple[str, ...]) -> ObservedResource:
    name, region, status, uri, created, tags, attributes = marshal.loads(folded)  # noqa: S302 - ours
    return ObservedResource(
        external_id=identity,
        name=name,
        region=region,
        status=status,
        uri=uri,
        created_at=datetime.fromisoformat(created) if created else None,
        tags=tags,
        attributes=attributes,
        oddities=oddities,
    )
