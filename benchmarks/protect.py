"""Protecting columns: masks, tokens, pseudonyms, encryption, risk; against loops and installed peers."""

import importlib.util
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.measure import Row, call_seconds
from shouxin.protect import Keys, MainKey, Protector, read_policy
from shouxin.protect.resident import Ranks
from shouxin.protect.risk import measure

COUNT = 500_000
KEYS = Keys([MainKey("k1", b"k" * 32)])


def rows() -> Iterator[Row]:
    """Yield the figures of protecting columns, and of measuring what is left."""
    numbers = [f"138{number:08d}" for number in range(COUNT)]
    mobiles, mails = pa.array(numbers), pa.array([f"user{number}@example.com" for number in range(COUNT)])
    names = pa.array(["张三", "欧阳修", "王小明", "李四"] * (COUNT // 4))
    slice_loop = COUNT / call_seconds(lambda: [f"{text[:3]}****{text[-4:]}" for text in numbers], times=3)
    for name, column, kind in (
        ("mobile", mobiles, "mobile"),
        ("e-mail", mails, "email"),
        ("name", names, "person_name"),
    ):
        speed = _speed("{do: mask}", column, kind)
        yield Row(f"mask {name}", _millions(speed), "≥ 5 M/s", f"{speed / slice_loop:.1f} × a loop of slices")
    residents = _residents()
    for cipher, goal in (("aes", "≥ 1.5 M/s"), ("sm4", "≥ 0.4 M/s")):
        for name, column, kind in (("mobile", mobiles, "mobile"), ("resident ID", residents, "resident_id")):
            speed = _speed(f"{{do: token, cipher: {cipher}}}", column, kind)
            yield Row(f"token {name}, FF1 {cipher.upper()}", _millions(speed), goal, _against_ff3(speed))
    for action in ("{do: pseudonym}", "{do: encrypt, cipher: aes}", "{do: encrypt, cipher: sm4}"):
        yield Row(action, _millions(_speed(action, mobiles.slice(0, 100_000), "mobile")))
    yield from _text()
    yield _risk()


def _speed(action: str, values: Any, kind: str) -> float:
    protector = Protector(read_policy(f"{{version: 1, name: bench, default: {action}}}"), KEYS)
    return len(values) / call_seconds(lambda: protector.column(values, kind), times=3)


def _millions(speed: float) -> str:
    return f"{speed / 1e6:.2f} M values/s"


def _residents() -> Any:
    ranks = Ranks(2030, place_stays=False)
    drawn = np.random.default_rng(1).integers(0, ranks.count, COUNT).astype(np.uint64)
    octets = ranks.spelt(drawn, np.empty((COUNT, 0), np.uint8))
    return pa.array(octets.view("S18").ravel().astype(str))


def _against_ff3(speed: float) -> str:
    if importlib.util.find_spec("ff3") is None:
        return ""
    cipher: Any = importlib.import_module("ff3").FF3Cipher(
        "2DE79D232DF5585D68CE47882AE256D6", "CBD09280979564"
    )
    peer = 1000 / call_seconds(
        lambda: [cipher.encrypt(f"138{number:08d}") for number in range(1000)], times=3
    )
    return f"{speed / peer:.0f} × ff3"


def _text() -> Iterator[Row]:
    """Protect a text of a hundred findings, and the same with Presidio's anonymizer where it is installed."""
    line = "客户张三的电话是13800138000，请回电。"
    text = line * 50
    found = [
        {"type": kind, "start": at * len(line) + start, "end": at * len(line) + end}
        for at in range(50)
        for kind, start, end in (("person_name", 2, 4), ("mobile", 8, 19))
    ]
    protector = Protector(read_policy("{version: 1, name: bench, default: {do: mask}}"), KEYS)
    spent = call_seconds(lambda: protector.text(text, found)) / len(found)
    yield Row(
        "mask in a text, each finding", f"{spent * 1e6:.2f} µs", "", _against_presidio(spent, text, found)
    )


def _against_presidio(spent: float, text: str, found: list[dict[str, Any]]) -> str:
    if importlib.util.find_spec("presidio_anonymizer") is None:
        return ""
    engine: Any = importlib.import_module("presidio_anonymizer").AnonymizerEngine()
    entities: Any = importlib.import_module("presidio_anonymizer.entities")
    results = [entities.RecognizerResult(item["type"], item["start"], item["end"], 1.0) for item in found]
    how = {
        "DEFAULT": entities.OperatorConfig(
            "mask", {"masking_char": "*", "chars_to_mask": 4, "from_end": False}
        )
    }
    work: Callable[[], Any] = lambda: engine.anonymize(text, results, how)  # noqa: E731
    return f"1/{call_seconds(work) / len(found) / spent:.0f} of Presidio's"


def _risk() -> Row:
    draw = np.random.default_rng(1)
    table = pa.table(
        {name: draw.integers(0, size, COUNT) for name, size in (("a", 31), ("b", 40), ("c", 2), ("s", 20))}
    )
    spent = call_seconds(lambda: measure(table, ["a", "b", "c"], ["s"]), times=3)
    return Row("risk: k, l, t", _millions(COUNT / spent).replace("values", "rows"))
