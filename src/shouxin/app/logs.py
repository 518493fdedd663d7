"""The logs of the commands and of the server: one handler, behind the filter that P6 asks for."""

import functools
import logging
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shouxin.protect.logs import LogFilter, Shield

WITHHELD = "(withheld: it could not be searched for personal information)"
_RULES = "{version: 1, name: logs, language: en, default: {do: redact}}"
_FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_log = logging.getLogger("shouxin.app")


class Clean(logging.Filter):
    """The filter of ``protect.logs``; it is made at the first line, so that a quiet command pays nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the record in place; one that cannot be searched is withheld."""
        try:
            return _filter().filter(record)
        except Exception as error:
            from shouxin.protect.logs import withhold

            withhold(record, error)
            return True


def install() -> None:
    """Send every line of every logger, warnings and what ends a thread to standard error, clean.

    What a library has set up for itself gets the filter too.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(_FORM))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    if logging.lastResort and not logging.lastResort.filters:
        logging.lastResort.addFilter(Clean())
    for name in ("", *logging.root.manager.loggerDict):
        for own in logging.getLogger(name).handlers:
            if not any(isinstance(known, Clean) for known in own.filters):
                own.addFilter(Clean())
    logging.captureWarnings(capture=True)
    threading.excepthook = _ended


def clean(text: str) -> str:
    """Return a text for an answer or a line without personal information; withheld where that fails."""
    if not text:
        return text
    try:
        return _shield().text(text)
    except Exception:
        return WITHHELD


def _ended(ended: threading.ExceptHookArgs) -> None:
    """Log what ended a thread, as the interpreter would print it raw."""
    if ended.exc_type is not SystemExit:
        caught = (ended.exc_type, ended.exc_value or ended.exc_type(), ended.exc_traceback)
        _log.error("a thread ended", exc_info=caught)


@functools.cache
def _filter() -> "LogFilter":
    from shouxin.detect import scan
    from shouxin.protect import read_policy
    from shouxin.protect.logs import LogFilter

    return LogFilter(scan, read_policy(_RULES))


@functools.cache
def _shield() -> "Shield":
    from shouxin.detect import scan
    from shouxin.protect import read_policy
    from shouxin.protect.logs import Shield

    return Shield(scan, read_policy(_RULES))
