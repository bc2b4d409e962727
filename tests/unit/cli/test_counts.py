"""Of one thing nobody speaks in the plural."""

import pytest

from entrypoints.cli.cost_gaps import more_gaps
from entrypoints.cli.status import verdict


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (0, "Nothing needs attention."),
        (1, "1 of these needs attention."),
        (2, "2 of these need attention."),
    ],
)
def test_how_many_findings_need_attention(wrong: int, said: str) -> None:
    assert verdict(wrong) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "and 1 more such gap; --format json names it too."),
        (2, "and 2 more such gaps; --format json names them all."),
    ],
)
def test_how_many_gaps_are_not_told(number: int, said: str) -> None:
    assert more_gaps(number) == said
