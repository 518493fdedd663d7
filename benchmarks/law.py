"""The law library: start of the command line, loading, searching, reading a statute."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from benchmarks.measure import Row, call_seconds, milliseconds, process_seconds
from shouxin.law import cache, loader
from shouxin.law.register import Register, register
from shouxin.law.search import search
from shouxin.law.text import decode, read_statutes

PROGRAM = str(Path(sys.executable).with_name("shouxin"))


def rows() -> Iterator[Row]:
    """Yield the figures of the law library."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        floor = process_seconds([sys.executable, "-c", "pass"], folder)
        for words, goal in ((["--version"], "≤ 150 ms"), (["law", "show", "pipl:art_29"], "≤ 400 ms")):
            spent = process_seconds([PROGRAM, *words], folder)
            against = f"{spent / floor:.1f} × an empty Python"
            yield Row(f"shouxin {' '.join(words)}, CPU", milliseconds(spent), goal, against)
        cache.load(cache_folder=folder)
        loaded = call_seconds(lambda: cache.load(cache_folder=folder))
        parsed = call_seconds(_with_yaml, times=3)
        checked = call_seconds(loader.load, times=3)
    against = f"1/{parsed / loaded:.0f} of PyYAML's C parser alone"
    yield Row("load all law files from the cache", milliseconds(loaded), "≤ 50 ms", against)
    yield Row(
        "load and check all law files",
        milliseconds(checked),
        "",
        f"{checked / parsed:.1f} × PyYAML's C parser",
    )
    law = register()
    search(law, "first")
    words_found = call_seconds(lambda: search(law, "separate consent"))
    naive = call_seconds(lambda: _naive(law, "separate consent"))
    yield Row(
        "search two words", milliseconds(words_found), "", f"1/{naive / words_found:.0f} of a plain scan"
    )
    yield _statute()


def _with_yaml() -> None:
    for path in loader.files():
        yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _naive(law: Register, query: str) -> list[str]:
    words = query.split()
    return [
        str(entry.citation)
        for entry in law.entries
        if all(word in str(entry.provision).casefold() for word in words)
    ]


def _statute() -> Row:
    """Read a made-up statute of 500 articles of three paragraphs, about 100,000 characters."""
    body = "网络服务提供者应当依照本规定履行职责，并对其处理活动负责。" * 2
    articles = "\n".join(f"第{number}条　{body}\n{body}\n{body}" for number in _chinese(500))
    data = f"示例规定\n\n{articles}\n".encode()
    spent = call_seconds(
        lambda: read_statutes(decode(data, encoding=None, where="made up"), where="made up"), times=3
    )
    per_mb = spent / (len(data) / 2**20)
    split = call_seconds(lambda: data.decode().split("第"), times=3)
    return Row(
        f"read a statute of {len(data) // 1024} KiB",
        milliseconds(spent),
        "",
        f"{per_mb:.2f} s a MiB; {spent / split:.0f} × str.split",
    )


def _chinese(count: int) -> Iterator[str]:
    digits = "零一二三四五六七八九"
    for number in range(1, count + 1):
        hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
        text = f"{digits[hundreds]}百" if hundreds else ""
        if tens or (hundreds and ones):
            text += (f"{digits[tens]}十" if tens > 1 or hundreds else "十") if tens else "零"
        yield text + (digits[ones] if ones else "")
