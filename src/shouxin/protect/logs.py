"""Logging without personal information: what a finder finds is redacted before a handler sees it.

Where the finder fails, or a line cannot be rendered, the line is withheld and says so: it never leaks.
"""

import logging
import re
import traceback
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from shouxin.protect.findings import spans
from shouxin.protect.policy_file import Rules, read_policy
from shouxin.protect.protector import Find, Protector

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_SECRET = re.compile(
    r"passw(or)?d|passphrase|pwd|secret|token|authori[sz]ation|cookie|credential|(api|private)[_-]?key"
    r"|密码|口令|密钥|令牌",
    re.IGNORECASE,
)
_LONGEST_KEY = 100
_OURS = {"levelname", "pathname", "filename", "module", "funcName"}
_DEPTH = 6
_DEFAULT = "{version: 1, name: logs, default: {do: redact}}"


class Shield:
    """Takes personal information out of whatever goes into a log."""

    def __init__(self, find: Find, rules: Rules | None = None) -> None:
        """Take the finder, and the rules of protection where redacting everything is not what is wanted."""
        self._find = find
        self._protector = Protector(rules or read_policy(_DEFAULT))

    def text(self, text: str, key: str = "") -> str:
        """Return a text without personal information, also where it was written as %E5%BC%A0 or \\u5f20.

        ``key`` is the name it stands under, which can tell what the value alone does not.
        """
        clean = self._clean(self._under(key[:_LONGEST_KEY], text) if key else text)
        plain = _unescaped(clean)
        if plain == clean:
            return clean
        cleaner = self._clean(plain)
        return clean if cleaner == plain else cleaner

    def value(self, value: Any, depth: int = _DEPTH, key: str = "") -> Any:
        """Return any value without personal information; what is not touched keeps its type.

        Under a ``key`` that tells of a secret nothing stays; another key is read as the value's label.
        """
        if value is None or isinstance(value, bool):
            return value
        if _SECRET.search(key):
            return self._protector.label("secret")
        if isinstance(value, str):
            return self.text(value, key)
        if depth and isinstance(value, Mapping):
            return {
                self.value(name, 0): self.value(item, depth - 1, str(name)) for name, item in value.items()
            }
        if depth and type(value) in (list, tuple, set, frozenset):
            return type(value)(self.value(item, depth - 1, key) for item in value)
        written = str(value)
        clean = self.text(written, key)
        return value if clean == written and self.text(repr(value)) == repr(value) else clean

    def _under(self, key: str, text: str) -> str:
        """Return a text without what its label, written in front of it, makes known."""
        label = f"{key}: "
        found = (
            {"type": item.type, "start": item.start - len(label), "end": item.end - len(label)}
            for item in spans(self._find(label + text), len(label) + len(text))
            if item.start >= len(label)
        )
        return self._protector.text(text, found).text

    def _clean(self, text: str) -> str:
        return self._protector.text(text, self._find(text)).text


class LogFilter(logging.Filter):
    """A filter for handlers; on a logger it would miss that logger's children."""

    def __init__(self, find: Find, rules: Rules | None = None) -> None:
        super().__init__()
        self._shield = Shield(find, rules)

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the message, its arguments, the exception, the stack and every extra; always let it pass."""
        try:
            self._clean(record)
        except Exception as error:
            withhold(record, error)
        return True

    def _clean(self, record: logging.LogRecord) -> None:
        plain = set(vars(logging.makeLogRecord({})))
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip()
        record.exc_info = None
        message, arguments = record.getMessage(), record.args
        clean = self._shield.text(message)
        for name, value in list(vars(record).items()):
            if name in ("msg", "args", "message") or (name in plain and not isinstance(value, str)):
                continue
            if name not in _OURS:
                key = "" if name in plain else name
                setattr(record, name, self._shield.value(value, key=key))
        kept = self._shield.value(arguments)
        if clean == message and kept == arguments:
            return
        record.args = kept
        rendered = _rendered(record)
        if rendered is None or self._shield.text(rendered) != rendered:
            record.msg, record.args = _without(clean, arguments, kept), ()


def withhold(record: logging.LogRecord, error: Exception) -> None:
    """Empty a record of everything that came with it, and say that it was withheld."""
    plain = vars(logging.makeLogRecord({}))
    for name in set(vars(record)) - set(plain):
        delattr(record, name)
    record.msg = (
        f"log line withheld: it could not be searched for personal information ({type(error).__name__})"
    )
    record.args = ()
    record.exc_info = record.exc_text = record.stack_info = None
    record.threadName = record.processName = None


def install(find: Find, rules: Rules | None = None, *, loggers: tuple[str, ...] = ("",)) -> None:
    """Put a filter on every handler that the named loggers have now; the empty name is the root."""
    for name in loggers:
        for handler in logging.getLogger(name).handlers:
            handler.addFilter(LogFilter(find, rules))


def _without(text: str, given: Any, kept: Any) -> str:
    """Return a text without the named arguments that were changed: their names told more than they did."""
    if isinstance(given, Mapping):
        for value, new in zip(given.values(), kept.values(), strict=True):
            text = text if value == new else text.replace(str(value), str(new))
    return text


def _rendered(record: logging.LogRecord) -> str | None:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return None


def _unescaped(text: str) -> str:
    """Return a text with %XX and backslash escapes written out."""
    plain = unquote(text) if "%" in text else text
    return _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), plain) if "\\" in plain else plain
