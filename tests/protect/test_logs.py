"""P6: nothing that the finder knows reaches a log, through any way into a log record."""

import asyncio
import io
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.detect import scan
from shouxin.detect.kinds import kinds
from shouxin.protect.logs import LogFilter, Shield, install
from shouxin.protect.web import AccessLog, AsgiAccessLog, WsgiAccessLog
from tests.protect.made_up import find


def broken(text: str) -> Any:
    """Fail as a finder might."""
    raise RuntimeError(text)


def lines_of(finder: Any) -> tuple[logging.Logger, io.StringIO]:
    """Return a logger of its own and what it writes, every part of the record shown."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logging.Formatter("%(message)s|%(user)s|%(threadName)s", defaults={"user": "-"}))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    handler.addFilter(LogFilter(finder))
    return logger, out


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("call 13800138000", ()),
        ("call %s", ("13800138000",)),
        ("call %d", (13800138000,)),
        ("%(who)s", ({"who": "张三"},)),
        ("%s%s", ("138001", "38000")),
        ("GET %s", ("/u/%E5%BC%A0%E4%B8%89",)),
        ("%s", ('{"name": "\\u5f20\\u4e09"}',)),
        ("%s", ([{"name": "张三"}],)),
        ({"name": "张三"}, ()),
        ("bad %d", ("张三",)),
    ],
)
def test_no_way_into_a_message_leaks(message: Any, arguments: tuple[Any, ...]) -> None:
    """Rendered, in arguments, split over two, percent-encoded, escaped, or impossible to render."""
    logger, out = lines_of(find)
    logger.warning(message, *arguments)
    for secret in ("13800138000", "张三", "5f20", "%E5"):
        assert secret not in out.getvalue()
    assert out.getvalue()


@pytest.mark.parametrize(
    ("name", "example"),
    [pytest.param(name, kind.example, id=name) for name, kind in kinds().items() if kind.weights],
)
def test_no_identifier_that_the_scanner_knows_is_written(name: str, example: str) -> None:
    """Each kind, with the real scanner: in the message, its arguments, an exception and extras."""
    place = next(found for found in scan(example) if found.type == name)
    logger, out = lines_of(scan)
    logger.warning(f"of {example}")
    logger.warning("of %s", example)
    logger.warning("%(who)s", {"who": example})
    try:
        raise ValueError(example)
    except ValueError:
        logger.exception("failed", extra={"user": {"given": [example]}})
    assert out.getvalue().count("\n") > 4
    assert example[place.start : place.end] not in out.getvalue()
    assert name not in {found.type for found in scan(out.getvalue())}


@pytest.mark.parametrize(
    ("extra", "secret"),
    [
        ({"user": {"password": "tree house"}}, "tree house"),
        ({"user": {"db_passwd": 482913}}, "482913"),
        ({"user": {"Authorization": ["Bearer", "abc"]}}, "abc"),
        ({"user": {"口令": "开门"}}, "开门"),
        ({"user": {"qq": 12345678}}, "12345678"),
        ({"user": {"wechat": ["abc_defg"]}}, "abc_defg"),
        ({"user": {"who": {"birthday": "1990-01-01"}}}, "1990-01-01"),
    ],
)
def test_what_only_its_key_makes_known_is_masked(extra: dict[str, Any], secret: str) -> None:
    """A key is read as a label, and under one that tells of a secret nothing stays at all."""
    logger, out = lines_of(scan)
    logger.warning("done", extra=extra)
    logger.warning(f"%({next(iter(extra['user']))})s", extra["user"])
    logger.warning(f"%({next(iter(extra['user']))})d", extra["user"]) if "qq" in extra["user"] else None
    assert secret not in out.getvalue()
    assert out.getvalue().count("\n") > 1


def test_what_its_key_makes_known_directly_in_extra() -> None:
    """The name of an extra field is a key as well; what is no secret keeps its type."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logging.Formatter("%(qq)s %(api_token)s %(count)r %(ok)r"))
    handler.addFilter(LogFilter(scan))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    logger.warning("x", extra={"qq": "12345678", "api_token": "abc", "count": 7, "ok": False})
    assert out.getvalue() == "[QQ 号] [密钥] 7 False\n"


def test_extras_exceptions_and_stacks_are_cleaned() -> None:
    """What is beside the message is searched like the message."""
    logger, out = lines_of(find)
    try:
        raise ValueError("of 13800138000") from KeyError("张三")
    except ValueError:
        logger.exception("failed", extra={"user": {"name": "张三"}}, stack_info=True)
    assert "ValueError" in out.getvalue()
    assert "[手机号]" in out.getvalue()
    assert "13800138000" not in out.getvalue()
    assert "张三" not in out.getvalue().replace('"张三"', "")  # the source line of this test in the stack


def test_a_line_that_cannot_be_searched_is_withheld() -> None:
    """The finder fails: the line says so and nothing else."""
    logger, out = lines_of(broken)
    logger.warning("call %s", "13800138000", extra={"user": "张三"})
    assert "withheld" in out.getvalue()
    assert "13800138000" not in out.getvalue()
    assert "张三" not in out.getvalue()


def test_clean_lines_keep_their_arguments() -> None:
    """A record without findings is as it was, so that formatters that read arguments go on working."""
    record = logging.LogRecord(
        "uvicorn.access", 20, "x", 1, '%s - "%s %s" %d', ("x:1", "GET", "/张三", 200), None
    )
    LogFilter(find).filter(record)
    assert record.args == ("x:1", "GET", "/[姓名]", 200)
    plain = logging.LogRecord("x", 20, "x", 1, "%s %d", ("a", 3), None)
    LogFilter(find).filter(plain)
    assert (plain.msg, plain.args) == ("%s %d", ("a", 3))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda part: st.lists(part) | st.dictionaries(st.text(), part),
    )
)
def test_values_without_findings_stay_what_they_are(value: Any) -> None:
    """Shielding is the identity where nothing is found."""
    assert Shield(lambda text: []).value(value) == value


@pytest.fixture
def access() -> Iterator[list[str]]:
    """Yield the lines of the access log."""
    lines: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    logger, handler = logging.getLogger("shouxin.access"), Collect()
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    install(find, loggers=("shouxin.access",))
    yield lines
    logger.removeHandler(handler)


def ask(app: Any, **more: Any) -> list[Any]:
    """Send one request through an ASGI app and return what it sent."""
    sent: list[Any] = []
    scope = {"type": "http", "method": "GET", "path": "/u/张三", "query_string": b"m=13800138000", **more}

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    served = AsgiAccessLog(app, AccessLog(find, headers=["Referer", "Cookie"]))
    # In a thread of its own: the browser of other tests may have left a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(served(scope, receive, send))).result()
    return sent


def test_the_access_line_of_asgi_is_clean(access: list[str]) -> None:
    """Path, query and headers are searched, cookies never written; the application sees the real path."""
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["path"])
        await send({"type": "http.response.start", "status": 204, "headers": []})

    ask(app, headers=[(b"referer", "/张三".encode()), (b"cookie", b"session=1")])
    assert seen == ["/u/张三"]
    assert access[0].startswith("GET /u/[姓名]?m=[手机号] 204")
    assert "referer='/[姓名]'" in access[0]
    assert "session" not in access[0]


def test_an_exception_of_the_application_is_logged_clean_and_answered(access: list[str]) -> None:
    """It does not reach the server, which would log it as it is."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError("no row for " + scope["path"])

    assert ask(app)[0]["status"] == 500
    assert "ValueError" in access[0]
    assert not any("张三" in line.replace('"张三"', "") for line in access)


def test_the_access_line_of_wsgi_is_clean(access: list[str]) -> None:
    """The same for WSGI, whose paths come as latin-1."""

    def app(environ: Any, start_response: Any) -> list[bytes]:
        if environ["QUERY_STRING"]:
            raise ValueError(environ["QUERY_STRING"])
        start_response("200 OK", [])
        return [b"fine"]

    path = "/u/张三".encode().decode("latin-1")
    wrapped = WsgiAccessLog(app, AccessLog(find))
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": ""}
    assert list(wrapped(environ, lambda *given: None)) == [b"fine"]
    assert access[0].startswith("GET /u/[姓名] 200")
    assert list(wrapped({**environ, "QUERY_STRING": "13800138000"}, lambda *given: None))
    assert not any("13800138000" in line for line in access)


def test_an_access_line_that_cannot_be_searched_says_only_its_status(access: list[str]) -> None:
    """A failing finder leaves method and status."""
    AccessLog(broken).line("GET", "/u/张三", lambda name: "", 200, 0.0)
    assert access == ["GET 200 (withheld: RuntimeError)"]
