"""What the exporter answers, and what it tells on stderr."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from application.service_report import Part, ServiceReport, Unread
from entrypoints.bootstrap.metrics_server import MetricsServer
from entrypoints.cli.metrics import ToldScrape


class Measured:
    """Answers each scrape with the next of some reports; None, and the lack of any, is a defect."""

    def __init__(self, *reports: ServiceReport | None) -> None:
        self._reports = iter(reports)
        self.accepted: list[str] = []

    def __call__(self, accept: str) -> tuple[bytes, str, ServiceReport]:
        self.accepted.append(accept)
        report = next(self._reports, None)
        if report is None:
            raise ZeroDivisionError("nought below the line")
        return b"numbers\n", "text/numbers", report


@contextmanager
def listening(measured: Measured) -> Iterator[str]:
    with MetricsServer("127.0.0.1", 0, ToldScrape(measured)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def fetched(url: str, **headers: str) -> tuple[int, str, str]:
    """Return status, type and body of what is answered."""
    try:
        with urlopen(Request(url, headers=headers), timeout=10) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read().decode()


def without(*parts: Part, why: str = "The database went away.") -> ServiceReport:
    return ServiceReport(unread=dict.fromkeys(parts, Unread(why=why)))


def test_a_client_gets_the_numbers_in_the_type_that_fits_what_it_accepts() -> None:
    measured = Measured(without())
    with listening(measured) as url:
        assert fetched(f"{url}/metrics?name=x", Accept="text/any") == (
            200,
            "text/numbers",
            "numbers\n",
        )
    assert measured.accepted == ["text/any"]


def test_a_defect_is_told_once_on_our_side_and_each_scrape_is_answered_all_the_same(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MULTICLOUD_DATA_DIR", str(tmp_path))
    (tmp_path / "logs").mkdir()
    with listening(Measured()) as url:
        for _ in range(2):
            status, _, body = fetched(f"{url}/metrics")
            assert status == 500
            assert "nought below the line" not in body
        assert fetched(f"{url}/healthz")[0] == 200
    errors = capsys.readouterr().err
    assert errors.count("ZeroDivisionError") == 1
    assert "Traceback" not in errors
    (report,) = (tmp_path / "logs").iterdir()
    assert "ZeroDivisionError: nought below the line" in report.read_text(encoding="utf-8")


def test_a_defect_that_comes_and_goes_leaves_one_report(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MULTICLOUD_DATA_DIR", str(tmp_path))
    (tmp_path / "logs").mkdir()
    with listening(Measured(None, without(), None, without(), None)) as url:
        answered = [fetched(f"{url}/metrics")[0] for _ in range(5)]
    assert answered == [500, 200, 500, 200, 500]
    assert len(list((tmp_path / "logs").iterdir())) == 1
    assert capsys.readouterr().err.count("ZeroDivisionError") == 1


def test_what_is_wrong_is_told_once_and_when_it_is_over(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reports = [
        without(),
        without(Part.ITEMS, Part.RUNS),
        without(Part.ITEMS, Part.RUNS),
        without(Part.ITEMS, Part.RUNS, Part.QUEUES),
        without(),
        without(),
    ]
    with listening(Measured(*reports)) as url:
        for _ in reports:
            assert fetched(f"{url}/metrics")[0] == 200
    assert capsys.readouterr().err.splitlines() == [
        "Warning: No metrics of items, runs: The database went away.",
        "Warning: No metrics of items, runs, queues: The database went away.",
        "All metrics can be read again.",
    ]
