"""Scan what is repeated, once and four times as long: ``python -m fuzz.scaling SECONDS``.

Cost is processor time. A text of four times the length may cost eight times as much, or half a second.
"""

import random
import sys
import time
from collections.abc import Iterator

from shouxin.detect import Scanner, identifiers

TOKENS = (
    "王小明", "李", "欧阳", "约翰", "玛丽亚", "扎西", "田中", "斯", "力", "阿", "小", "某", "先生",
    "あ", "カ", "·", "、", "，", "。", "：", "《", "》", "\n", " ", "　", "-", "/", ".", "@", "=", "+",
    "(", "）", '"', "°", "′", "0", "1", "12", "138", "４", "三", "A", "b", "x", "姓名：", "电话：",
    "IMEI", "QQ", "密码：", "name: ", "东经", "北纬", "北京", "北京市", "朝阳区", "中山路", "路",
    "街道", "镇", "村", "号", "1号", "3-", "大厦", "A座", "室", "记者", "先生说", "和", "公司",
    "有限公司", "医院", "大学", "患者", "确诊", "糖尿病", "佛教", "岁", "8岁", "血型：", "指纹", "账户",
    "token=", "api_key", "?", "&", "password:", "eyJ", "_", "http://", "www.", "::", "fe80", "京A", "LSV",
    "91", "62", "13800138000", "11010119900307",
    "\U0001f600", "\u200b", "é", "\x00",
)  # fmt: skip
SIZE, TIMES = 20_000, 4  # characters; how much longer the second text is
MOST, LEAST = 8.0, 0.5  # times the cost of the first; seconds that are never too many


def units(source: random.Random) -> Iterator[str]:
    """Yield every token alone, then mixes of up to four without end."""
    yield from TOKENS
    while True:
        yield "".join(source.choices(TOKENS, k=source.randint(2, 4)))


def cost(scanner: Scanner, text: bytes, *, times: int) -> float:
    """Return the processor time of a scan, the best of some, in seconds."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        scanner.spans(text)
        spent.append(time.process_time() - start)
    return min(spent)


def slow(scanner: Scanner, unit: str, size: int) -> str:
    """Return what a unit costs where four times of it cost too much, else nothing."""
    short, long = ((unit * count)[:count].encode() for count in (size, size * TIMES))
    first, second = cost(scanner, short, times=2), cost(scanner, long, times=1)
    if second <= LEAST or second <= MOST * first:
        return ""
    second = min(second, cost(scanner, long, times=2))  # others may have run beside it
    return f"{first:.3f} s, then {second:.3f} s" if second > max(LEAST, MOST * first) else ""


def main() -> None:
    """Try units for the seconds asked for, and end with 1 where one costs too much."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 300.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(1 << 32)
    size = SIZE if identifiers.native_available() else SIZE // 20
    scanner, ends, tried, failed = Scanner(), time.monotonic() + seconds, 0, list[str]()
    scanner.spans("王小明")  # the tables are read before anything is measured
    for unit in units(random.Random(seed)):
        if time.monotonic() > ends:
            break
        tried += 1
        if spent := slow(scanner, unit, size):
            failed.append(f"{unit!r}: {spent}")
            sys.stdout.write(failed[-1] + "\n")
            sys.stdout.flush()
    sys.stdout.write(f"{tried} units, {len(failed)} too slow (seed {seed})\n")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
