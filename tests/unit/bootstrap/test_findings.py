import pytest

from application.ports.errors import Rejected
from entrypoints.bootstrap.findings import tables_at


def test_tables_at_the_newest_revision_are_as_they_should_be() -> None:
    assert tables_at("0008", newest="0008") == "reachable, tables at revision 0008"


@pytest.mark.parametrize("revision", ["0007", None])
def test_older_tables_are_to_be_upgraded(revision: str | None) -> None:
    with pytest.raises(Rejected) as refused:
        tables_at(revision, newest="0008")
    assert refused.value.remedy == "Run `multicloud db upgrade`."


def test_tables_that_are_newer_than_the_program_need_a_newer_program_and_no_upgrade() -> None:
    with pytest.raises(Rejected) as refused:
        tables_at("0009", newest="0008")
    assert "newer" in refused.value.summary
    assert "db upgrade" not in refused.value.remedy
    assert "version" in refused.value.remedy
