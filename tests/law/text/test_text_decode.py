"""Bytes become text only when nothing has to be guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.errors import InputError
from shouxin.law.text import LIMIT, decode

TEXT = "第一条 为了保护信息,制定本规定。\n第二条 本规定自公布之日起施行。\n"


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        (b"", "text-empty", "empty"),
        (" \n\u3000\t\n".encode(), "text-empty", "white space"),
        (b"\xef\xbb\xbf \n", "text-empty", "white space"),
        (b"\x89PNG\r\n\x1a\n", "text-binary", "PNG"),
        (b"%PDF-1.7", "text-binary", "PDF"),
        (b"PK\x03\x04....", "text-binary", "zip"),
        (b"PK\x03\x04....word/document.xml", "text-binary", "Word"),
        (b"a\nb\x00c", "text-binary", "NUL"),
        (TEXT.encode("utf-16-le"), "text-not-decodable", "--encoding utf-16-le"),
        (TEXT.replace("。", "").encode("utf-16-be"), "text-not-decodable", "--encoding utf-16-be"),
        (b"ab\ncd\xff", "text-not-decodable", "byte 5"),
        (TEXT.encode("gb18030"), "text-not-decodable", "--encoding gb18030"),
        (
            "第一條 為了保護資訊,制定本規定。第二條 應當".encode("big5"),
            "text-not-decodable",
            "--encoding big5",
        ),
        (TEXT.encode("utf-16"), "text-not-decodable", "--encoding utf-16"),
    ],
)
def test_bad_bytes_are_refused_with_the_reason_and_the_remedy(data: bytes, code: str, says: str) -> None:
    """Each kind of bad input has its own code; the message names what it seems to be or what reads it."""
    with pytest.raises(InputError) as error:
        decode(data, encoding=None, where="law.txt")
    assert error.value.code == code
    assert says in str(error.value)
    assert "law.txt" in str(error.value)


def test_the_line_of_a_wrong_byte_is_named() -> None:
    """A person can find the place."""
    with pytest.raises(InputError, match=r"law\.txt, line 2: byte 5 is not valid UTF-8"):
        decode(b"ab\ncd\xff", encoding=None, where="law.txt")


def test_a_file_above_the_limit_is_refused_before_any_work() -> None:
    """The message has the size and the limit."""
    with pytest.raises(InputError, match=f"{LIMIT + 1} bytes, the limit is {LIMIT}") as error:
        decode(b"\xff" * (LIMIT + 1), encoding=None, where="law.txt")
    assert error.value.code == "text-too-large"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le"])
def test_a_named_encoding_is_used(encoding: str) -> None:
    """What the caller names is believed."""
    assert decode(TEXT.encode(encoding), encoding=encoding, where="law.txt") == TEXT


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    """UTF-8 with a mark is UTF-8."""
    assert decode(b"\xef\xbb\xbf" + TEXT.encode(), encoding=None, where="law.txt") == TEXT


@pytest.mark.parametrize("encoding", ["klingon", "base64", "a\0b", "rot13"])
def test_an_encoding_that_is_none_is_refused(encoding: str) -> None:
    """Codecs that do not make text are no encodings."""
    with pytest.raises(InputError) as error:
        decode(b"abc", encoding=encoding, where="law.txt")
    assert error.value.code == "text-encoding-unknown"


def test_a_named_encoding_that_gives_nul_is_refused() -> None:
    """UTF-16 read as Latin letters is no text."""
    with pytest.raises(InputError) as error:
        decode("abc".encode("utf-16-le"), encoding="utf-8", where="law.txt")
    assert error.value.code == "text-binary"


def test_a_wrong_name_is_reported_with_the_place() -> None:
    """Bytes that the named encoding does not know are refused."""
    with pytest.raises(InputError) as error:
        decode("第".encode("gb18030") + b"\xff", encoding="gb18030", where="law.txt")
    assert error.value.code == "text-not-decodable"


@given(
    st.binary(max_size=400), st.sampled_from([None, "utf-8", "gb18030", "utf-16", "utf-7", "idna", "big5"])
)
def test_any_bytes_give_text_or_an_input_error(data: bytes, encoding: str | None) -> None:
    """Nothing but text or InputError comes back."""
    try:
        assert decode(data, encoding=encoding, where="x")
    except InputError as error:
        assert error.code.startswith("text-")
