"""Networks are real ones, of a size that the cloud takes, and apart from each other."""

from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.inventory import ResourceKind
from tests.unit.domain.specs.documents import complaint_about

VPC = ResourceKind.AWS_VPC
NETWORK = ResourceKind.GCP_NETWORK


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0", "10.0.0.0/", "10.0.0/16", "10.0.0.0/16 ", "10.0.0.0/255.255.0.0", "::/0",
        "10.0.0.256/24", "10.0.0.0/33", "all", "", "٣.0.0.0/16",
    ],
)  # fmt: skip
def test_what_is_no_network_is_refused(text: str) -> None:
    assert complaint_about(VPC, cidr_block=text) == (
        f"cidr_block '{text}' is not valid: it must be an IPv4 network such as 10.0.0.0/16."
    )


def test_bits_behind_the_prefix_are_told_the_network_that_was_meant() -> None:
    assert complaint_about(VPC, cidr_block="10.0.3.7/16") == (
        "cidr_block '10.0.3.7/16' is not valid: "
        "a network has no bits behind its prefix: write 10.0.0.0/16."
    )


def test_a_leading_zero_is_no_way_to_write_a_network() -> None:
    assert "it must be an IPv4 network" in complaint_about(VPC, cidr_block="010.0.0.0/16")


@pytest.mark.parametrize(("kind", "field"), [(VPC, "cidr_block"), (NETWORK, "subnets")])
def test_sizes_are_those_of_the_cloud(kind: ResourceKind, field: str) -> None:
    largest, smallest = (16, 28) if kind is VPC else (8, 29)
    for prefix in (largest, smallest):
        block = f"10.0.0.0/{prefix}"
        assert complaint_about(kind, **{field: block if kind is VPC else [block]}) == ""
    for prefix in (largest - 1, smallest + 1):
        block = str(IPv4Network(("10.0.0.0", prefix), strict=False))
        sentence = complaint_about(kind, **{field: block if kind is VPC else [block]})
        assert sentence.endswith(f"its prefix must be /{largest} to /{smallest}.")


@pytest.mark.parametrize(
    ("block", "unusable"),
    [
        ("0.0.0.0/16", "0.0.0.0/8"),
        ("127.0.0.0/24", "127.0.0.0/8"),
        ("169.254.0.0/16", "169.254.0.0/16"),
        ("224.0.0.0/24", "224.0.0.0/3"),
        ("255.255.0.0/16", "224.0.0.0/3"),
    ],
)
def test_addresses_that_mean_something_of_their_own_are_refused(block: str, unusable: str) -> None:
    assert complaint_about(VPC, cidr_block=block) == (
        f"cidr_block '{block}' is not valid: "
        f"it must stay clear of {unusable}, which no cloud gives out."
    )


def test_a_subnet_is_a_part_of_its_vpc() -> None:
    sentence = complaint_about(VPC, cidr_block="10.1.0.0/16", subnets=["10.2.0.0/24"])
    assert sentence == "subnets is not valid: 10.2.0.0/24 must be a part of 10.1.0.0/16."


def test_a_subnet_larger_than_its_vpc_is_no_part_of_it() -> None:
    sentence = complaint_about(VPC, cidr_block="10.1.0.0/24", subnets=["10.1.0.0/20"])
    assert sentence == "subnets is not valid: 10.1.0.0/20 must be a part of 10.1.0.0/24."


@pytest.mark.parametrize("kind", [VPC, NETWORK])
def test_subnets_are_apart(kind: ResourceKind) -> None:
    sentence = complaint_about(kind, subnets=["10.0.0.0/24", "10.0.1.0/24", "10.0.0.128/25"])
    assert sentence == "subnets is not valid: 10.0.0.0/24 and 10.0.0.128/25 must not overlap."


@pytest.mark.parametrize("kind", [VPC, NETWORK])
def test_a_subnet_is_there_once(kind: ResourceKind) -> None:
    sentence = complaint_about(kind, subnets=["10.0.0.0/24", "10.0.0.0/24"])
    assert sentence == "subnets is not valid: 10.0.0.0/24 must be there once."


def test_the_whole_vpc_may_be_one_subnet() -> None:
    assert complaint_about(VPC, cidr_block="10.1.0.0/24", subnets=["10.1.0.0/24"]) == ""


networks = st.builds(
    lambda address, prefix: IPv4Network((address, prefix), strict=False),
    st.integers(0, 2**32 - 1),
    st.integers(0, 32),
)


@given(block=networks)
def test_any_network_is_taken_as_it_stands_or_refused_for_its_size_or_its_place(
    block: IPv4Network,
) -> None:
    sentence = complaint_about(VPC, cidr_block=str(block))
    if not 16 <= block.prefixlen <= 28:
        assert "its prefix must be" in sentence
    elif sentence:
        assert "it must stay clear of" in sentence
    else:
        assert block.is_global or block.is_private


@given(blocks=st.lists(networks.filter(lambda block: block.prefixlen >= 8), max_size=6))
def test_subnets_are_taken_exactly_when_no_address_is_in_two(blocks: list[IPv4Network]) -> None:
    sentence = complaint_about(NETWORK, subnets=[str(block) for block in blocks])
    apart = all(not one.overlaps(other) for one in blocks for other in blocks if one is not other)
    assert ("must not overlap" in sentence or "there once" in sentence) <= (not apart)
    assert apart or sentence
