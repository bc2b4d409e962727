import pytest

from domain.sentences import counted


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 resources"), (1, "1 resource"), (2, "2 resources"), (1234, "1234 resources")],
)
def test_a_number_goes_with_its_noun(number: int, words: str) -> None:
    assert counted(number, "resource") == words


def test_a_plural_without_an_s_is_told() -> None:
    assert counted(1, "record is", "records are") == "1 record is"
    assert counted(3, "record is", "records are") == "3 records are"
