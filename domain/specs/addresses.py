"""IPv4 networks in specs: real ones, of a size that the cloud takes, apart from each other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import pairwise

from pydantic.json_schema import JsonSchemaValue

from domain.specs.rules import RuleBroken, TextRule

_CIDR = r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,2}"

_UNUSABLE = tuple(
    IPv4Network(block) for block in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")
)
"""Addresses that mean something of their own everywhere: no cloud gives them to a machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cidr(TextRule):
    """Text that is an IPv4 network, such as `10.0.0.0/16`, of a size within bounds."""

    largest: int
    """Bits of the prefix of the largest network that the cloud takes."""
    smallest: int

    def check(self, text: str) -> str:
        """Return *text*.

        Raises:
            RuleBroken: it is no network, or not one of those that the cloud takes.
        """
        block = network(text)
        if not self.largest <= block.prefixlen <= self.smallest:
            raise RuleBroken(f"its prefix must be /{self.largest} to /{self.smallest}")
        for unusable in _UNUSABLE:
            if block.overlaps(unusable):
                raise RuleBroken(f"it must stay clear of {unusable}, which no cloud gives out")
        return text

    def told_in(self, found: JsonSchemaValue) -> JsonSchemaValue:
        """Return *found* with the pattern; JSON Schema cannot count bits."""
        return found | {"pattern": f"^{_CIDR}$"}


def network(text: str) -> IPv4Network:
    """Return the network that *text* writes.

    Raises:
        RuleBroken: it writes none; where bits stand behind the prefix, the rule says the right one.
    """
    if re.fullmatch(_CIDR, text) is None:
        raise RuleBroken("it must be an IPv4 network such as 10.0.0.0/16")
    try:
        block = IPv4Network(text, strict=False)
    except ValueError:
        raise RuleBroken("it must be an IPv4 network such as 10.0.0.0/16") from None
    if str(block) != text:
        raise RuleBroken(f"a network has no bits behind its prefix: write {block}")
    return block


def check_apart(blocks: Sequence[str]) -> None:
    """Make sure that no address is in two of *blocks*.

    Raises:
        RuleBroken: two overlap, or one is there twice.
    """
    # In the order of their addresses, one that overlaps any other overlaps its neighbour.
    for one, other in pairwise(sorted(map(network, blocks))):
        if one == other:
            raise RuleBroken(f"{one} must be there once")
        if one.overlaps(other):
            raise RuleBroken(f"{one} and {other} must not overlap")


def check_inside(blocks: Sequence[str], whole: str) -> None:
    """Make sure that each of *blocks* is a part of *whole*.

    Raises:
        RuleBroken: one is not.
    """
    for block in blocks:
        if not network(block).subnet_of(network(whole)):
            raise RuleBroken(f"{block} must be a part of {whole}")
