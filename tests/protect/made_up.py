"""What the tests of protection share: keys, policies, and a small finder of made-up numbers."""

import re
from typing import Any

import pyarrow as pa

from shouxin.protect import Keys, MainKey, Protector, read_policy

KEYS = Keys([MainKey("k1", b"1" * 32)])
OTHER_KEYS = Keys([MainKey("k1", b"2" * 32)])


def protector(rest: str, keys: Keys | None = KEYS, *, scope: str | None = None) -> Protector:
    """Return a protector by a policy of which ``rest`` is what follows its name."""
    return Protector(read_policy(f"version: 1\nname: test\n{rest}\n"), keys, scope=scope)


def column(action: str, values: Any, kind: str, **more: Any) -> list[Any]:
    """Return values of one type after one action, written as in a policy."""
    array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
    found: list[Any] = protector(f"default: {action}").column(array, kind, **more).to_pylist()
    return found


def find(text: str) -> list[dict[str, Any]]:
    """Find mobile numbers and one name."""
    patterns = {"mobile": r"1[3-9]\d{9}", "person_name": "张三"}
    return [
        {"type": kind, "start": found.start(), "end": found.end()}
        for kind, pattern in patterns.items()
        for found in re.finditer(pattern, text)
    ]
