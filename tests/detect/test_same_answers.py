"""The native scanner and numpy give the same answers on whatever bytes there are."""

from itertools import accumulate, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouxin.detect import fallback, identifiers
from shouxin.detect.fallback.finder import Finder
from shouxin.detect.fallback.fold import fold
from shouxin.detect.kinds import kinds, words
from tests.detect.made_up import MadeUp, wide

pytestmark = pytest.mark.skipif(not identifiers.native_available(), reason="the native scanner was not built")

EXAMPLES = [kind.example for kind in kinds().values() if kind.weights]
NUMBERS = (
    "138 1234 5678 010 0755 +86 (852) （886） 0086 １ ２ 1990 1 2 ① ③④⑤⑥⑦⑧⑨ 12.34567 116.4 0000 62 𝟏 460"
)
WORDS = (
    "号 是 手机 京A X x 字第 a zZ qq.com 年 月 日 eyJ ghp_ AKIA 𝐀 @2x.png https://u:p@ v 2001: fe80: ab: c0-"
)
SIGNS = "- . : @ ＋ ： / // = \" ' · , ， 。 { _ :: －"
PARTS = [
    *(part for parts in (NUMBERS, WORDS, SIGNS) for part in parts.split()),
    *(
        "PRIVATE KEY-----\n",
        "PRIVATE KEY-----\r\n",
        "\u200b",
        "\u2011",
        "\x00",
        " ",
        "\n",
        "\r\n",
        "\u00a0",
        "\u3000",
    ),
]
SEPARATORS = st.sampled_from((" ", "-", ".", "_", "/", "\n", "\r", "\r\n", "\n  ", "\u2011", "－"))


def written(seed: int, kind: str) -> str:
    """Return a made-up identifier as people write it."""
    made = MadeUp(seed)
    return made.written(kind, made.identifier(kind))


def in_groups(digits: str, sizes: list[int], separator: str) -> str:
    """Return digits in groups of these sizes, the rest in one."""
    edges = [0, *accumulate(sizes), len(digits)]
    return separator.join(digits[a:b] for a, b in pairwise(edges) if digits[a:b])


cut = st.tuples(st.sampled_from(EXAMPLES), st.integers(0, 40), st.sampled_from(PARTS))
pieces = st.one_of(
    st.sampled_from(EXAMPLES),
    st.sampled_from([wide(item) for item in EXAMPLES if item.isascii() and item.isalnum()]),
    st.sampled_from(PARTS),
    cut.map(lambda made: made[0][: made[1]] + made[2] + made[0][made[1] :]),
    st.text("0123456789", min_size=1, max_size=20),
    st.text("0123456789abcdefABCDEFxXHMLVZ", min_size=1, max_size=20),
    st.sampled_from([word.decode() for word in words()]),
    st.tuples(st.integers(0, 10**6), st.sampled_from(MadeUp.KINDS)).map(lambda made: written(*made)),
    st.integers(0, 10**6).map(lambda seed: MadeUp(seed).look_alike()),
    st.tuples(st.text("0123456789", min_size=7, max_size=19), st.lists(st.integers(1, 8)), SEPARATORS).map(
        lambda made: in_groups(*made)
    ),
)
texts = st.lists(pieces, max_size=14).map(lambda parts: "".join(parts).encode())
broken = st.tuples(texts, st.binary(max_size=3), st.integers(0, 200)).map(
    lambda made: made[0][: made[2]] + made[1] + made[0][made[2] :]
)


def compare(text: bytes, least: float) -> None:
    """Hold every array of one engine against that of the other, run by run and many runs at once."""
    ours: tuple[Any, ...] = identifiers.tables().scan(text, least)
    for few in (len(text), 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fallback, "FEW", few)
            theirs: tuple[Any, ...] = fallback.scan(text, least)
        for one, other in zip(ours, theirs, strict=True):
            assert one.tolist() == other.tolist()


@settings(max_examples=400, deadline=None)
@given(broken, st.sampled_from((0.2, 0.5, 0.8)), st.sampled_from((0, 40)))
def test_the_same_on_hostile_text(text: bytes, least: float, before: int) -> None:
    """Valid numbers at odd places, glued labels, wide digits, broken UTF-8; near the beginning and later."""
    compare("了".encode() * before + text, least)


@pytest.mark.parametrize(
    "text",
    [
        "ghp_" + "1aB2" * 9,
        "AKIA" + "Q7" * 8,
        "令牌 eyJ1.eyJzdWIiOiJ0ZXN0aW5nLW9ubHkifQ.c2lnbmF0dXJlLW9mLW5vYm9keQ",
        "京 京A·12345 粤B12345挂",
        "经度 116.40741，纬度 39.90421",
        "1990年1月2日出生",
        "852)6466668 （852）23352305",
        "军官证：南字第1234567号",
        "军官证 军字第1234567号字第1234567号",
        "出生于1990年1月1号字第1234567号",
        "第１３８００１３８０００号，①②③④⑤⑥⑦⑧",
        "+8619136940424@。",
        "138\u00a01234\u20115678\r\n  138\n  12345678",
        "电话 1 3 8 0 0 1 3 8 0 0 0，1-3-8-0-0-1-3-8-0-0-0 1.1.1.3.8.0.0.1.3.8.0.0.0 ５ ６",
        "身份证1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X 6\u30002\u30002\u30002 9, 1, 3 8 0 0 1 3 8 0 0 0 手机",
        "使014578 大使100234 车牌使·101023 是使014·578 使200000人 使12345 外使123456",
        "a1-13900000011-b2 x-13900000011-y 8613900000011-c3 1-008613900000011-d4",
        "13900000011@示例 13900000011@x +8613900000011@。 +8613900000011@q C++8613900000011 1+8613900000011",
        "0044 20 7946 0018 0044 2079 4600 1812 0081-3-0000-5678 007 495 123 4567 电话001 202 555 0143",
        "+20261122 +2026112233 +86 (0)138 0013 8000 +86 0 138 00138000 +352 12345 +35212",
        "4111 1111 1111 1111 1111 1111 4111-1111-1111-1111 4111_1111_1111_1111 4111 1111 1111 1111 2026 11",
        "0755-26000000转801 010-66000000 轉 8 0755 26000000分机1234567 021-62000000 ext. 12",
        "00:1b:44:11:3a:b7:00:01 Authorization: Basic dXNlcjpwYXNzd29yZDEyMw== bearer tok3nTOK3ntok3nTOK3n",
        "会员卡号13900000001 会员卡号：6222020200112230 卡号 会员卡号 订单号13900000001 学员证号13900000001",
        "国海字第1234567号 军字第1234567号 京政字第123456号 海字第123456789号",
        "13900000001元 13900000001元旦 13900000001 bytes [13900000001] INFO 吉GB2312编码",
    ],
)
def test_the_same_on_rare_forms(text: str) -> None:
    """What numpy drops first can be nothing, however rare its form."""
    for least in (0.2, 0.5):
        compare(text.encode(), least)
        compare("。".encode() + text.encode() + b",", least)


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "1234 ",
            "123 4567 ",
            "1234\n",
            "138 1234 5678 ",
            "6222 0212 3456 7890 ",
            "6222-0212-3456-7890-123 ",
        ),
        *("110101 19900307 663X-12 ", "110101 19900307 663x 12 ", "0755-8888 6666-123 ", "400-800-1234 "),
        *("2345 6789/2345 6789 ", "09 1234 5678-0912-345-678 ", "010-66001234\r\n  ", "852 2335 2305 "),
        *("41845720040 915 943 X，", "110101 199003076 63X "),
        *("token=", "?token=", "?token=aB", "api_key=aaaaa", "?token=a.b...", "password:", "user:a."),
        *(
            "eyJ.eyJ.",
            "eyJ_a.",
            "eyJ-a.eyJ-b.eyJ-c ",
            "user:",
            "密码：1234 5678 ",
            "电话 2345\u30006789 号 传真",
        ),
        *("138_0013_8000 ", "6222_0202_0011_2230_1", "_138_0013_8000@", "138_0013\n8000", "139_00000011_"),
        *(
            "(139)0000-0011",
            "（139） 00000011 ",
            "(139)0000_0011",
            "139.00000011",
            "京a12345 京A.123挂",
            "沪i.12345",
        ),
        *("138\u00a01234\u00a05678@", "fe80::1 ", "１２３４ ５６７８ ", "12-34 56.78 ", "99 1234 5678 订单 "),
    ],
)
def test_the_same_on_what_is_written_over_and_over(unit: str) -> None:
    """Each number may begin in the middle of another; labels follow labels."""
    for least in (0.2, 0.5):
        compare(unit.encode() * 60, least)
        compare(b"x" + unit.encode() * 7 + "，手机 ".encode() + unit.encode() * 5, least)


@pytest.mark.parametrize("unit", ["1234 ", "123 4567 ", "6222 0212 3456 7890 ", "0755-8888 6666 "])
def test_groups_are_not_judged_one_by_one(monkeypatch: pytest.MonkeyPatch, unit: str) -> None:
    """A page of nothing but groups would keep the finder busy for seconds."""
    taken = list[int]()
    monkeypatch.setattr(Finder, "take", lambda self, a, b, digits: taken.append(a))
    fallback.scan(unit.encode() * 500, 0.5)
    assert not taken


@pytest.mark.parametrize("seed", range(3))
def test_the_same_on_documents(seed: int) -> None:
    """Documents full of identifiers and look-alikes, long enough for whatever stands there seldom."""
    made = MadeUp(seed)
    text = "\n".join(made.document(every=2)[0] for _ in range(1500)).encode()
    for least in (0.2, 0.5, 0.8):
        compare(text, least)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_the_same_on_any_bytes(text: bytes) -> None:
    """Any bytes at all."""
    compare(text, 0.2)


def compare_folded(text: bytes) -> None:
    """Hold what both engines fold, and the places, against each other."""
    ours, theirs = identifiers._native.fold(text), fold(text)
    assert (ours is None) == (theirs is None)
    if ours and theirs:
        assert ours[0] == theirs[0]
        assert [part.tolist() for part in ours[1:]] == [part.tolist() for part in theirs[1:]]


@settings(max_examples=300, deadline=None)
@given(broken)
def test_folded_alike(text: bytes) -> None:
    """Both fold the same characters and remember the same places."""
    compare_folded(text)


@pytest.mark.parametrize("lead", range(0xC0, 0x100))
def test_bytes_that_resemble_what_is_folded_stay(lead: int) -> None:
    """Whatever leads the second and third byte of a styled or wide letter; only true ones are folded."""
    for rest in (b"\x9d\x90", b"\x9d\x90\x90", b"\xbc\x90", b"\x91\xa0", b"\x80\x8b"):
        compare_folded((bytes((lead,)) + rest) * 20)


@settings(max_examples=200, deadline=None)
@given(broken, st.integers(0, 130))
def test_what_stands_before_a_block_of_bytes_changes_nothing(text: bytes, shift: int) -> None:
    """The same is found wherever in the scanner's blocks of 64 bytes a text begins."""
    here = identifiers.tables().scan(b"\n\n\n" + text, 0.5)
    there = identifiers.tables().scan("。".encode() * shift + b"\n\n\n" + text, 0.5)
    assert here[0].tolist() == there[0].tolist()
    assert (here[1] + 3 * shift).tolist() == there[1].tolist()


@settings(max_examples=200, deadline=None)
@given(broken, st.integers(0, 100))
def test_a_long_text_is_cut_where_nothing_is_found(text: bytes, rest: int) -> None:
    """The same is found in the first part of a text and where the next one begins."""
    few, many = ("了".encode() * count for count in (30, 2**16 // 3 - rest))
    here, there = (identifiers.tables().scan(before + text, 0.2) for before in (few, many))
    assert [part.tolist() for part in (here[0], *here[3:])] == [
        part.tolist() for part in (there[0], *there[3:])
    ]
    for one, other in zip(here[1:3], there[1:3], strict=True):
        assert (one - len(few)).tolist() == (other - len(many)).tolist()
