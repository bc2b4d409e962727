"""The processes that commands start are ours, wherever the user stands."""

from pathlib import Path

import pytest

from entrypoints.cli.children import running
from entrypoints.cli.failures import CommandFailed

NOWHERE = "http://127.0.0.1:9"


@pytest.mark.parametrize("name", ["entrypoints", "json"])
def test_a_folder_where_the_user_stands_is_not_taken_for_our_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("raise SystemExit('hijacked')")
    monkeypatch.chdir(tmp_path)
    with (
        running("entrypoints.sandbox", ["change", "--endpoint", NOWHERE]) as child,
        pytest.raises(CommandFailed, match=f"^No sandbox answers at {NOWHERE}"),
    ):
        child.announcement()
