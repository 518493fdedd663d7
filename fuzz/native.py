"""Feed the compiled scanner, built with sanitizers, with mutated text: ``python -m fuzz.native SECONDS``."""

import hashlib
import importlib
import importlib.util
import os
import random
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
NATIVE = ROOT / "src/shouxin/detect/native"
BUILD = ROOT / "build/fuzz"
SANITIZERS = [
    "-fsanitize=address,undefined",
    "-fno-sanitize=null,vptr,alignment,object-size",  # half of the time to compile
    "-fno-sanitize-recover=all",
]
PROSE = (
    "记者王小明报道，家住浙江省杭州市西湖区文三路90号3栋502室。",
    "收件人：欧阳娜娜；电话 138-0013-8000，QQ12345678，密码：hunter2x!",
    "京A·12345 IP 10.2.3.4:8080 [2001:db8::1] 00:1a:2b:3c:4d:5e user:pass@host.example",
    "手机 1 3 8 0 0 1 3 8 0 0 0 身份证1-1-0-1-0-5-1-9-4-9-1-2-3-1-0-0-2-X 使·101023 车牌使014·578",
    "010-66000000转801 ext. 12 6222 0202 0011 2230 4111 1111 a1-13900000011-b2 0044 20 7946 0018",
    "[13900000001] INFO 13900000001元 会员卡号13900000001 军字第1234567号 Bearer aB3aB3aB3aB3aB3aB3",
    "第１３８００１３８０００号 ①②③④⑤ 𝟏𝟑𝟖 1990年1月2日 北纬39.90421 东经116.40741",
)
ODD = (
    "\x00",
    "\n",
    "\r\n",
    " ",
    "-",
    "－",
    "\u200b",
    "：",
    "=",
    '"',
    "@",
    ".",
    "+86",
    "(",
    "）",
    "某",
    "省",
    "路",
    "号",
)


def built() -> Path:
    """Compile the module with sanitizers where its sources have changed; return it."""
    nanobind: Any = importlib.import_module("nanobind")
    sources = [*sorted(NATIVE.glob("*.cpp")), Path(nanobind.source_dir()) / "nb_combined.cpp"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(NATIVE.glob("*.?pp")))).hexdigest()
    module = BUILD / f"_native-{digest[:16]}.so"
    if module.exists():
        return module
    BUILD.mkdir(parents=True, exist_ok=True)
    robin = Path(nanobind.source_dir()).parent / "ext/robin_map/include"
    include = [f"-I{path}" for path in (sysconfig.get_path("include"), nanobind.include_dir(), robin)]
    common = ["g++", "-std=c++17", "-O1", "-fPIC", "-fvisibility=hidden", *include]
    objects = [BUILD / f"{path.stem}.o" for path in sources]
    waiting = list(zip(sources, objects, strict=True))
    while waiting:
        batch, waiting = waiting[: os.cpu_count()], waiting[os.cpu_count() :]
        running = [
            subprocess.Popen([*common, *_watched(path), "-c", path, "-o", made]) for path, made in batch
        ]
        ended = [one.wait() for one in running]
        if any(ended):
            sys.exit("fuzz: the scanner could not be compiled")
    half = module.with_suffix(".half")
    subprocess.run(["g++", "-shared", *SANITIZERS, *objects, "-o", half], check=True)
    half.replace(module)
    return module


def _watched(source: Path) -> list[str]:
    """Return the flags of the sanitizers for our own sources; nanobind itself is not what is tried."""
    return ["-g1", *SANITIZERS] if source.parent == NATIVE else []


def sanitized(module: Path, seconds: float, seed: int) -> int:
    """Run ``feed`` in a process that the sanitizers watch; return how it ended."""
    library = [
        subprocess.run(["g++", f"-print-file-name={name}"], capture_output=True, text=True, check=True)
        for name in ("libasan.so", "libubsan.so")
    ]
    environment = os.environ | {
        "LD_PRELOAD": " ".join(found.stdout.strip() for found in library),
        "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "PYTHONMALLOC": "malloc",  # every text between red zones of its own
    }
    words = [sys.executable, "-m", "fuzz.native", "--inside", str(module), str(seconds), str(seed)]
    return subprocess.run(words, env=environment, cwd=ROOT, check=False).returncode


def loaded(module: Path) -> tuple[Any, Any]:
    """Put the module in the place of the ordinary one; return its scanner and its reader of prose."""
    spec = importlib.util.spec_from_file_location("shouxin.detect._native", module)
    assert spec is not None and spec.loader is not None
    sys.modules["shouxin.detect._native"] = native = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(native)
    from shouxin.detect import compiled, identifiers

    assert identifiers._native is native
    return identifiers.tables(), compiled.reader()


def seeds() -> list[bytes]:
    """Return the texts that everything is made of."""
    from shouxin.detect.kinds import kinds, words

    examples = [kind.example for kind in kinds().values() if kind.example]
    found = [path.read_bytes() for path in sorted((ROOT / "fuzz/found").glob("*"))]
    return [*(text.encode() for text in (*PROSE, *examples, *ODD)), *words(), *found]


def mutated(source: random.Random, known: list[bytes]) -> bytes:
    """Return seeds joined, cut, repeated, with bytes changed, lost and put in."""
    text = bytearray(b"".join(source.choices(known, k=source.randint(1, 12))))
    for _ in range(source.choice((0, 0, 1, 2, 5, 20))):
        at = source.randrange(len(text) + 1)
        match source.randrange(5):
            case 0:
                text[at:at] = source.choice(known)
            case 1:
                text[at : at + source.randint(1, 8)] = b""
            case 2:
                text[at : at + 1] = bytes([source.randrange(256)])
            case 3:
                text[at:at] = text[at : at + source.randint(1, 40)] * source.randint(1, 9)
            case _:
                text[at:at] = source.randbytes(source.randint(1, 4))
    return bytes(text[: 1 << 14])


def tried(scanner: Any, reader: Any, text: bytes, least: float) -> None:
    """Run everything that is compiled on one text; raise ``AssertionError`` for findings that cannot be."""
    from shouxin.detect.categories import terms

    _, start, end, score, _ = scanner.scan(text, least)
    assert (start >= 0).all() and (start < end).all() and (end <= len(text)).all()
    assert (end[:-1] <= start[1:]).all() and (score >= np.float32(least)).all()
    cuts = np.unique(np.linspace(0, len(text), 1 + len(text) % 7).astype(np.int64))
    scanner_rows = np.concatenate(([0], cuts)).astype(np.int64)
    sys.modules["shouxin.detect._native"].characters(text, np.sort(np.concatenate((start, end))))
    scanner.column(np.frombuffer(text, np.uint8), scanner_rows, least)
    people, places = reader.read(text, start, end, True, True)
    told = terms.find(text)
    for first, last in (people[:2], places[:2], (told.start, told.end)):
        assert (first >= 0).all() and (first < last).all() and (last <= len(text)).all()


def feed(module: Path, seconds: float, seed: int) -> None:
    """Try mutated texts until the time is over; the one being tried stands in a file beside the module."""
    scanner, reader = loaded(module)
    known, source = seeds(), random.Random(seed)
    ends, number = time.monotonic() + seconds, 0
    last = BUILD / f"last-{seed}"
    with last.open("wb", buffering=0) as file:
        while time.monotonic() < ends:
            text = mutated(source, known)
            file.seek(0)
            file.truncate()
            file.write(text)
            tried(scanner, reader, text, source.choice((0.05, 0.5, 0.9)))
            number += 1
    last.unlink()
    sys.stdout.write(f"{number} texts, nothing broken (seed {seed})\n")


def main() -> None:
    """Build, run for the seconds asked for, and end with 1 where something broke."""
    if sys.argv[1:2] == ["--inside"]:
        feed(Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
        return
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 900.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(1 << 32)
    if sanitized(built(), seconds, seed):
        sys.exit(f"fuzz: the input that broke it is {BUILD.name}/last-{seed}; run it again with seed {seed}")


if __name__ == "__main__":
    main()
