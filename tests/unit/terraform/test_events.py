import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.terraform.event_text import LONGEST_MESSAGE
from adapters.terraform.events import LONGEST_PARSED, record_of
from domain.inventory import Json
from domain.terraform import Address, ChangeAction, EventType, LogLevel, LogRecord

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SUBNET = 'aws_subnet.this["10.0.1.0/24"]'


def read(line: bytes, *, offset: int = 0) -> LogRecord:
    return record_of(line, offset=offset, now=NOW, redact=lambda text: text.replace("hush", "****"))


def said(document: Mapping[str, Json]) -> LogRecord:
    whole: dict[str, Json] = {
        "@level": "info",
        "@message": "something",
        "@timestamp": "2026-02-28T23:59:59.123456+01:00",
        **document,
    }
    return read(json.dumps(whole).encode() + b"\n")


def hook(action: str, **more: Json) -> Json:
    return {"resource": {"addr": SUBNET, "resource_type": "aws_subnet"}, "action": action, **more}


def test_an_object_that_was_made_tells_its_address_and_its_id() -> None:
    record = said(
        {"type": "apply_complete", "hook": hook("create", id_key="id", id_value="subnet-1")}
    )
    assert (record.type, record.address) == (EventType.APPLY_COMPLETE, Address(SUBNET))
    assert (record.action, record.cloud_id) == (ChangeAction.CREATE, "subnet-1")
    assert record.at == datetime(2026, 2, 28, 22, 59, 59, 123456, tzinfo=UTC)


@pytest.mark.parametrize("more", [{}, {"id_key": "name", "id_value": "x"}, {"id_key": "id"}])
def test_a_name_or_nothing_is_no_id(more: dict[str, Json]) -> None:
    assert said({"type": "apply_complete", "hook": hook("create", **more)}).cloud_id is None


def test_only_a_finished_object_has_an_id() -> None:
    begun = said({"type": "apply_start", "hook": hook("delete", id_key="id", id_value="subnet-1")})
    assert (begun.type, begun.action) == (EventType.APPLY_START, ChangeAction.DELETE)
    assert begun.cloud_id is None


@pytest.mark.parametrize("kind", [EventType.PLANNED_CHANGE, EventType.RESOURCE_DRIFT])
def test_a_change_tells_what_is_to_be_done_to_what(kind: EventType) -> None:
    record = said({"type": kind, "change": hook("replace")})
    assert (record.type, record.address) == (kind, Address(SUBNET))
    assert record.action is ChangeAction.REPLACE


def test_a_diagnostic_tells_its_summary_its_detail_and_where() -> None:
    diagnostic: Json = {"summary": "Quota", "detail": "No more\nhush.", "address": SUBNET}
    record = said({"type": "diagnostic", "@level": "error", "diagnostic": diagnostic})
    assert (record.level, record.message) == (LogLevel.ERROR, "Quota: No more\n****.")
    assert record.address == SUBNET


@pytest.mark.parametrize("diagnostic", [None, {}, {"summary": "", "detail": 7}, "no object"])
def test_a_diagnostic_without_a_text_tells_its_message(diagnostic: Json) -> None:
    assert said({"type": "diagnostic", "diagnostic": diagnostic}).message == "something"


def test_words_of_a_newer_terraform_are_other_words() -> None:
    record = said({"type": "dance", "@level": "loud", "change": hook("juggle")})
    assert (record.type, record.action) == (EventType.OTHER, ChangeAction.OTHER)
    assert record.level is LogLevel.INFO


def test_json_that_calls_itself_raw_is_not() -> None:
    assert said({"type": "raw"}).type is EventType.OTHER


@pytest.mark.parametrize(
    "time", [None, "", "yesterday", "2026-01-01T00:00:00", "0001-01-01T00:00:00+14:00"]
)
def test_a_time_that_is_none_is_now(time: Json) -> None:
    assert said({"@timestamp": time}).at == NOW


@pytest.mark.parametrize("line", [b"panic: hush\r\n", b"[1]\n", b'{"a":1}\n', b"{", b"\n", b"\xff"])
def test_a_line_that_is_no_message_is_kept_as_it_is(line: bytes) -> None:
    record = read(line, offset=9)
    shown = line.decode(errors="replace").rstrip("\r\n").replace("hush", "****")
    assert (record.type, record.message) == (EventType.RAW, shown)
    assert (record.offset, record.end, record.at) == (9, 9 + len(line), NOW)


def test_a_long_text_is_cut_and_its_length_is_not() -> None:
    record = said({"@message": "x" * 200_000})
    assert record.length > 200_000
    assert len(record.message) == LONGEST_MESSAGE
    assert record.message.endswith("(cut)")


def test_a_secret_is_hidden_before_the_text_is_cut_in_the_midst_of_it() -> None:
    assert "hus" not in said({"@message": "x" * (LONGEST_MESSAGE - 12) + "hush" * 9}).message


def test_a_line_that_is_too_long_to_look_into_is_kept_as_text() -> None:
    line = b'{"@message":"' + b"x" * LONGEST_PARSED + b'"}\n'
    assert (read(line).type, read(line).length) == (EventType.RAW, len(line))


def test_deep_nesting_hurts_nobody() -> None:
    line = b'{"@message":' + b"[" * 200_000 + b"\n"
    assert read(line).type is EventType.RAW


def test_what_could_rewrite_a_terminal_or_break_a_database_is_replaced() -> None:
    record = said({"@message": "a\x1b[2J\x00\ud800\u202e\x85b\tc\nd"})
    assert record.message == "a\ufffd[2J\ufffd\ufffd\ufffd\ufffdb\tc\nd"


def documents() -> st.SearchStrategy[Json]:
    return st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "resource",
                        "addr",
                        "action",
                        "id_key",
                        "id_value",
                        "summary",
                        "detail",
                        "address",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )


@given(
    st.dictionaries(
        st.sampled_from(
            ["@level", "@message", "@timestamp", "type", "hook", "change", "diagnostic"]
        ),
        documents() | st.sampled_from([*EventType]).map(str),
    )
)
def test_any_document_gives_a_record_that_can_be_kept(document: dict[str, Json]) -> None:
    line = json.dumps(document).encode() + b"\n"
    _can_be_kept(read(line), line)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_record_that_can_be_kept(line: bytes) -> None:
    _can_be_kept(read(line), line)


def _can_be_kept(record: LogRecord, line: bytes) -> None:
    texts = [record.message, record.address or "", record.cloud_id or ""]
    assert record.length == len(line)
    assert record.at.utcoffset() is not None
    for text in texts:
        assert "\x00" not in text
        assert text.encode("utf-8", errors="ignore").decode() == text
