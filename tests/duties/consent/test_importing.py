"""Files of other systems as reports of ours: each form, each defect, and what we wrote ourselves."""

import datetime
import io
import json
from typing import Any

import msgspec
import pytest

from shouxin.duties.consent import importing
from shouxin.duties.consent.exporting import written
from shouxin.duties.consent.importing import Choice, reports
from shouxin.duties.consent.model import Given, How, Transaction
from shouxin.errors import InputError

ADDRESS = "a" * 64
NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
HEADER = "person,action,purpose,at,gesture\n"


def read(text: str | bytes, **choice: Any) -> list[tuple[int, Given | InputError]]:
    """Return what a file holds, under a notice that its lines need not name."""
    raw = text.encode() if isinstance(text, str) else text
    defaults = {"notice": ADDRESS} | choice.pop("defaults", {})
    chosen = Choice(**{"source": "old", "defaults": defaults} | choice)
    return list(reports(io.BufferedReader(io.BytesIO(raw)), chosen))


def one(text: str | bytes, **choice: Any) -> Given:
    """Return the only answer of a file."""
    ((_, found),) = read(text, **choice)
    assert isinstance(found, Given), found
    return found


def test_columns_are_found_by_the_header_and_renamed() -> None:
    """Columns that are nothing of ours are left out; purposes get our names."""
    text = "\ufeffuser,what,goal,when,colour\nu-1,give,ads,2026-03-02T20:00:00+08:00,red\n"
    columns = {"person": "user", "action": "what", "purpose": "goal", "at": "when"}
    found = one(text, columns=columns, purposes={"ads": "tips"}, defaults={"gesture": "checkbox"})
    assert (found.person, found.action, found.purpose, found.notice) == ("u-1", "give", "tips", ADDRESS)
    assert (found.at, found.how.gesture) == (NOON, "checkbox")


def test_the_same_line_has_the_same_request_whenever_it_is_read() -> None:
    """That is how an import goes on after a break."""
    line = HEADER + "u-1,give,tips,2026-03-02T12:00:00Z,button\n"
    assert one(line).request == one(line).request
    assert one(line).request != one(line, source="another").request


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("u-1,agreed,tips,2026-03-02T12:00:00Z,button", "action"),
        ("u-1,give,tips,yesterday,button", "at"),
        ("u-1,give,tips,2026-03-02T12:00:00Z,", "gesture"),
        ("u-1,give,tips,2026-03-02T12:00:00Z", "columns"),
        (",give,tips,2026-03-02T12:00:00Z,button", "person"),
    ],
)
def test_a_line_that_is_no_answer_is_told_with_its_number(line: str, told: str) -> None:
    """The lines around it are read; nothing that was written in it is repeated."""
    sound = "u-2,give,tips,2026-03-02T12:00:00Z,button\n"
    first, wrong, last = read(HEADER + sound + line + "\n" + sound)
    assert isinstance(first[1], Given)
    assert isinstance(last[1], Given)
    assert wrong[0] == 3
    assert isinstance(wrong[1], InputError)
    assert wrong[1].code == "consent-line"
    assert told in f"{wrong[1].what} {wrong[1].where}"
    assert "u-1" not in str(wrong[1])


@pytest.mark.parametrize(
    "text", [b"", b"person\n\xff\n", b'person\n"unclosed\n', b"person\n" + b"x" * 200_000 + b"\n"]
)
def test_a_file_that_is_no_csv_is_refused_as_a_whole(text: bytes) -> None:
    """With the line where it breaks, where there is one."""
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.code == "consent-file"


def test_a_column_that_is_not_there_is_named() -> None:
    """Before the first line is read."""
    with pytest.raises(InputError, match="user_id") as caught:
        read(HEADER, columns={"person": "user_id"})
    assert caught.value.code == "consent-file"


FIDES = {
    "id": "pri_1",
    "email": None,
    "phone_number": "",
    "fides_user_device_id": "device-1",
    "request_timestamp": "2026-03-02T12:00:00+00:00",
    "request_origin": "overlay",
    "privacy_notice_history_id": "his_7",
}


@pytest.mark.parametrize(("preference", "action"), [("opt_in", "give"), ("opt_out", "refuse")])
@pytest.mark.parametrize("form", ["lines", "page", "csv"])
def test_the_report_of_fides_is_read(preference: str, action: str, form: str) -> None:
    """As JSON lines, as a page of its API, and as CSV."""
    line = FIDES | {"preference": preference}
    text = {
        "lines": json.dumps(line),
        "page": json.dumps([line]),
        "csv": ",".join(line) + "\n" + ",".join(value or "" for value in line.values()),
    }[form]
    found = one(text, form="fides", purposes={"his_7": "tips"}, defaults={"gesture": "switch"})
    assert (found.person, found.action, found.purpose) == ("device-1", action, "tips")
    assert (found.at, found.request, found.how.place) == (NOON, "fides-pri_1", "overlay")


def test_a_notice_that_was_only_acknowledged_is_no_consent() -> None:
    """Fides keeps both in one table."""
    ((_, found),) = read(json.dumps(FIDES | {"preference": "acknowledge"}), form="fides")
    assert isinstance(found, InputError)


def test_a_receipt_of_onetrust_gives_an_answer_for_each_purpose() -> None:
    """What only waits is refused, and hinders no other."""
    words = ("CONFIRMED", "WITHDRAWN", "NOTGIVEN", "PENDING")
    purposes = [{"Id": f"p-{word}", "TransactionType": word} for word in words]
    dates = {"interactionDate": "2026-03-02T12:00:00Z", "language": "zh-CN"}
    item = {"identifier": "u-1", "purposes": purposes[:3], **dates}
    found = read(json.dumps(item), form="onetrust", defaults={"gesture": "button"})
    answers = [given for _, given in found if isinstance(given, Given)]
    assert [given.action for given in answers] == ["give", "withdraw", "refuse"]
    assert {(given.person, given.at, given.how.language) for given in answers} == {("u-1", NOON, "zh-CN")}
    ((_, waits),) = read(json.dumps(item | {"purposes": purposes[3:]}), form="onetrust")
    assert isinstance(waits, InputError)


def test_an_event_of_didomi_gives_an_answer_for_each_choice() -> None:
    """On purposes and channels; a choice that was left open is none, and an event without any is told."""
    purposes = [
        {"id": "tips", "enabled": True},
        {"id": "news", "enabled": None, "channels": [{"id": "email", "enabled": False}, {"id": "sms"}]},
    ]
    event = {
        "id": "3f0c6a2e-1111-4222-8333-444455556666",
        "created_at": "2026-03-02T12:00:00.000Z",
        "user": {"id": "didomi-1", "organization_user_id": "u-1"},
        "consents": {"purposes": purposes},
    }
    for text in (json.dumps(event), json.dumps({"data": [event], "cursor": None})):
        found = read(text, form="didomi", defaults={"gesture": "button"})
        answers = [given for _, given in found if isinstance(given, Given)]
        assert [(one.action, one.purpose, one.channel) for one in answers] == [
            ("give", "tips", ""),
            ("refuse", "news", "email"),
        ]
        assert {(one.person, one.at) for one in answers} == {("u-1", NOON)}
        assert len({one.request for one in answers}) == 2
    finer = [{"id": "tips", "enabled": True, "preferences": [{"id": "weekly", "enabled": True}]}]
    without: list[dict[str, Any]] = [{"purposes": []}, {"vendors": []}, {"purposes": finer}]
    for consents in without:
        ((_, told),) = read(json.dumps(event | {"consents": consents}), form="didomi")
        assert isinstance(told, InputError)


def test_the_consent_history_of_usercentrics_is_read() -> None:
    """By the header that it has; what is neither yes nor no is told."""
    names = ("Controller ID", "Timestamp", "CMP Configuration ID", "CMP Configuration Version")
    more = ("Consent Action", "Data Processing Service ID", "Data Processing Service Version")
    header = ",".join(f'"{name}"' for name in (*names, *more, "Consent Given", "Consent String"))
    rows = (
        f'c-1,2026-03-02T12:00:00Z,cfg,1.0.0,onAcceptAll,svc,1.0,{word},""' for word in ("true", "FALSE", "")
    )
    found = read(
        "\n".join((header, *rows)),
        form="usercentrics",
        purposes={"svc": "tips"},
        defaults={"gesture": "button"},
    )
    yes, no = (given for _, given in found if isinstance(given, Given))
    assert (yes.person, yes.action, yes.purpose, yes.at) == ("c-1", "give", "tips", NOON)
    assert (no.action, no.how.place) == ("refuse", "onAcceptAll")
    assert isinstance(found[2][1], InputError)


def test_a_receipt_of_kantara_is_consent_to_its_purposes() -> None:
    """The time is in seconds, the identifier of the receipt makes the request."""
    item = {
        "version": "KI-CR-v1.1.0",
        "consentTimestamp": int(NOON.timestamp()),
        "collectionMethod": "web form",
        "consentReceiptID": "receipt-1",
        "piiPrincipalId": "u-1",
        "services": [{"service": "shop", "purposes": [{"purpose": "tips"}, {"purpose": "news"}]}],
    }
    found = read(json.dumps(item), form="kantara", defaults={"gesture": "checkbox"})
    answers = [given for _, given in found if isinstance(given, Given)]
    assert [(given.purpose, given.request) for given in answers] == [
        ("tips", "receipt-1-0"),
        ("news", "receipt-1-1"),
    ]
    assert {given.at for given in answers} == {NOON}


@pytest.mark.parametrize("form", ["fides", "onetrust", "didomi", "usercentrics", "kantara", "27560"])
@pytest.mark.parametrize(
    "text", ["{}", "[1]", "[[]]", "{", "[", '{"items": 7}', "null\n", "{}\n{}\n[", "[{}]"]
)
def test_json_of_another_shape_gives_no_answer_and_no_traceback(form: Any, text: str) -> None:
    """Whatever it holds."""
    assert not [found for _, found in read(text, form=form) if isinstance(found, Given)]


@pytest.mark.parametrize("form", ["csv", "27560"])
def test_what_was_written_is_read_again_unchanged(form: Any) -> None:
    """Every field that a report has comes back, also with signs that the format itself uses."""
    sly = 'u,"1"\n=cmd'
    answered = Transaction(
        number=7,
        person=3,
        action="give",
        purpose="news",
        channel="mobile_phone",
        notice=ADDRESS,
        scope="1",
        kinds=frozenset({"separate", "written"}),
        categories=frozenset({"orders", "views"}),
        recipients=frozenset({"carrier"}),
        how=How(gesture="signature", language="es"),
        at=NOON,
        until=datetime.date(2027, 1, 1),
        evidence="file, 7",
        request="request-1",
    )
    text = b"".join(written([(sly, [answered])], form, NOON))
    found = one(text, form=form, defaults={})
    for name in (
        "action",
        "purpose",
        "channel",
        "notice",
        "kinds",
        "categories",
        "recipients",
        "at",
        "until",
    ):
        assert getattr(found, name) == getattr(answered, name)
    assert (found.person, found.evidence, found.how) == (sly, answered.evidence, answered.how)
    assert msgspec.convert(msgspec.to_builtins(found), Given) == found


@pytest.mark.parametrize("text", ['[5, "x"]', '{"items": 5}', '{"a": 1}\n5\n', "[null]"])
def test_what_is_no_object_is_told(text: str) -> None:
    """Nothing of a file is passed over in silence."""
    told = [found for _, found in read(text, form="reports")]
    assert told
    assert all(isinstance(one, InputError) and one.code == "consent-line" for one in told)


def test_a_line_without_end_is_not_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is refused once a line is longer than a document may be."""
    monkeypatch.setattr(importing, "LARGEST", 1000)
    with pytest.raises(InputError) as caught:
        read('{"a": 1}\n{"b": "' + "x" * 100_000, form="reports")
    assert caught.value.code == "consent-file"
