"""Files of every kind: each value with its place, and each part that was not looked at by name."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.detect.search import Found, Missed, Search, walk
from shouxin.detect.sources import files
from shouxin.detect.sources.archives import Budget
from shouxin.detect.sources.piece import Limits, Text

from .conftest import Look, eleven_digits, missed, places

NUMBER = "13800138000"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_offsets_count_characters_and_the_bytes_of_the_file_itself(look: Look, encoding: str) -> None:
    """Whatever the file is written in, its own bytes at the offsets are the number."""
    data = ("\ufeff" if encoding == "utf-16-le" else "").encode(encoding)
    data += f"联系电话号码为：{NUMBER}，请在工作时间拨打。".encode(encoding)
    (found,) = look("a.txt", data)
    assert isinstance(found, Found)
    raw = data[found.finding.byte_start : found.finding.byte_end]
    assert raw.decode(encoding.replace("utf-16", "utf-16-le").replace("-le-le", "-le")) == NUMBER
    assert found.finding.end - found.finding.start == 11


def test_a_line_longer_than_every_window_is_looked_through_once(look: Look) -> None:
    """Numbers all over twenty megabytes without a line's end are found once each, at their offsets."""
    part = "字" * 300_000 + NUMBER
    results = look("long.txt", part.encode() * 22)
    starts = [item.finding.start for item in results if isinstance(item, Found)]
    assert starts == [300_000 + at * 300_011 for at in range(22)]


def test_bytes_that_are_no_text_in_any_encoding_are_borne(look: Look) -> None:
    """Broken UTF-8 around a number hides nothing."""
    assert places(look("b.log", b"\x80\xc3(\xe4" * 3 + b" 13800138000 \xe4\xb8")) == [("b.log", "", NUMBER)]


def test_a_value_of_many_cells_is_found_in_each(look: Look, tmp_path: Path) -> None:
    """By row and column, in order, with empty cells and cells of several numbers between them."""
    cells = [NUMBER, None, f"{NUMBER} 13900139000", "", NUMBER, "none", f"{NUMBER} 13900139000", NUMBER]
    expected = [(1, NUMBER), *((row, number) for row in (3, 7) for number in (NUMBER, "13900139000"))]
    expected = sorted([*expected, (5, NUMBER), (8, NUMBER)], key=lambda pair: pair[0])
    path = tmp_path / "made.parquet"
    pyarrow.parquet.write_table(pa.table({"tel": cells}), path)
    made = places(look("a.parquet", path.read_bytes()))
    assert made == [("a.parquet", f"tel[{row}]", number) for row, number in expected]
    lines = "tel\n" + "".join(f'"{cell or ""}"\n' for cell in cells)
    made = places(look("a.csv", lines.encode()))
    assert made == [("a.csv", f"tel[{row + 1}]", number) for row, number in expected]


def test_json_gives_the_path_of_every_value_and_key(look: Look) -> None:
    """Numbers, keys, both values of a key that stands twice, and escaped characters are seen."""
    data = (
        '{"用户": {"tel": "13800138000", "tel": 13900139000}, "l": [["\\u00313700137000"]], "13600136000": 1}'
    )
    assert sorted(places(look("a.json", data.encode()))) == [
        ("a.json", '$."13600136000"~', "13600136000"),
        ("a.json", "$.l[0][0]", "13700137000"),
        ("a.json", "$.用户.tel", "13800138000"),
        ("a.json", "$.用户.tel", "13900139000"),
    ]


@pytest.mark.parametrize(
    ("data", "unscanned"),
    [
        (b'{"a": "13800138000",', 0),
        (b'{"a": "13800138000 \\u0031",', 1),
        (b"[" * 100_000 + b"13800138000", 0),
    ],
)
def test_broken_json_is_read_as_text(look: Look, data: bytes, unscanned: int) -> None:
    """What cannot be parsed is scanned all the same; only what escapes may hide is named as not seen."""
    results = look("a.json", data)
    assert [place[2] for place in places(results)] == [NUMBER]
    assert len(missed(results)) == unscanned


def test_json_lines_begin_their_paths_with_the_line(look: Look) -> None:
    """A broken line does not hide the next one."""
    results = look("a.jsonl", b'{"t": "13800138000"}\n\n{broken\n{"t": ["13900139000"]}\n')
    assert [place[1] for place in places(results)] == ["1:$.t", "4:$.t[0]"]


def test_csv_gives_column_and_row(look: Look) -> None:
    """Uneven rows, quoted line ends, a number in the heading, other separators and encodings."""
    data = '姓名;电话\n甲;13800138000\n乙;"13900139000\n旧"\n丙;丁;13700137000\n'
    expected = [("电话[2]", NUMBER), ("电话[3]", "13900139000"), ("column 3[4]", "13700137000")]
    for encoding in ("utf-8", "gb18030", "utf-16"):
        assert [place[1:] for place in places(look("a.csv", data.encode(encoding)))] == expected
    assert places(look("b.csv", b"13800138000,x\n")) == [("b.csv", "13800138000[1]", NUMBER)]


def test_csv_with_a_line_that_never_ends_says_from_where_it_was_not_read(look: Look) -> None:
    """What stood before is found, what follows is named."""
    results = look("a.csv", b"a,b\n13800138000,1\n" + b"x" * (40 << 20))
    assert places(results) == [("a.csv", "a[2]", NUMBER)]
    assert missed(results) == [("a.csv", "unreadable")]


def test_parquet_opens_structures_and_reads_numbers(look: Look) -> None:
    """Integers, bytes, dictionaries, lists and structures are all looked into."""
    table = pa.table({
        "n": [13800138000, None],
        "b": [b"x 13900139000", b""],
        "d": pa.array(["13700137000", "x"]).dictionary_encode(),
        "l": [["a", "13600136000"], []],
        "s": [{"t": "13500135000"}, {"t": None}],
        "f": [13400134000.0, 0.5],
        "ok": [True, False],
    })  # fmt: skip
    sink = io.BytesIO()
    pa.parquet.write_table(table, sink)
    found = places(look("a.parquet", sink.getvalue()))
    assert [place[1] for place in found] == ["n[1]", "b[1]", "d[1]", "l[1]", "s.t[1]", "f[1]"]
    assert missed(look("b.parquet", sink.getvalue()[:200])) == [("b.parquet", "unreadable")]


def test_markup_is_read_through_its_tags(look: Look) -> None:
    """A number cut by inline tags is whole; attributes and comments are seen; entities are resolved."""
    page = "<!DOCTYPE html><p>138<b>0013</b>8000</p><a href='tel:13900139000'>x</a><!-- 13700137000 -->"
    assert sorted(place[2] for place in places(look("page", page.encode()))) == [
        "13700137000", NUMBER, "13900139000",
    ]  # fmt: skip
    tree = '<r><p tel="13900139000">&#49;3800138000</p></r>'
    assert [place[1:] for place in places(look("a.xml", tree.encode()))] == [
        ("/r/p/@tel", "13900139000"), ("/r/p", NUMBER),
    ]  # fmt: skip
    assert missed(look("b.xml", b"<r>&#49;3800138000")) == [("b.xml", "not-xml")]


def test_entities_that_explode_are_refused(look: Look) -> None:
    """The laughs stay few, and the file is looked at as text."""
    laughs = '<!DOCTYPE r [<!ENTITY a "13800138000">'
    laughs += (
        "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9)) + "]><r>&j;</r>"
    )
    assert [place[2] for place in places(look("a.xml", laughs.encode()))] == [NUMBER]


def word_file(*paragraphs: str) -> bytes:
    """Return a Word file whose text is cut into runs, as word processors do."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "".join(
        "<w:p>" + "".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in words.split("|")) + "</w:p>"
        for words in paragraphs
    )
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
    return sink.getvalue()


def test_word_files_join_what_a_word_processor_cuts(look: Look) -> None:
    """A number in three runs is one number, in its paragraph."""
    assert places(look("a.docx", word_file("甲", "电话138|0013|8000"))) == [
        ("a.docx", "word/document.xml paragraph 2", NUMBER)
    ]
    assert missed(look("b.docx", word_file("x" * 99)[:-60])) == [("b.docx", "unreadable")]


def pdf_file(words: str) -> bytes:
    """Return a PDF of one page with these words, or an empty one."""
    stream = f"BT /F1 12 Tf 20 100 Td ({words}) Tj ET".encode() if words else b""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj%sendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(data)
    return data + b"xref\n0 6\n0000000000 65535 f \n" + table + end


def test_pdf_pages_give_their_text(look: Look) -> None:
    """The path is the page; a broken file is named."""
    assert places(look("a.pdf", pdf_file(f"tel {NUMBER}"))) == [("a.pdf", "page 1", NUMBER)]
    assert missed(look("b.pdf", b"%PDF-1.4 broken")) == [("b.pdf", "unreadable")]


def test_archives_within_archives_keep_the_way_to_their_members(look: Look) -> None:
    """Zip, tar and packed files nest; each finding names the whole way."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("b/c.json", json.dumps({"t": NUMBER}))
    outer = io.BytesIO()
    with tarfile.open(fileobj=outer, mode="w:gz") as archive2:
        info = tarfile.TarInfo("a.zip")
        info.size = len(inner.getvalue())
        archive2.addfile(info, io.BytesIO(inner.getvalue()))
    assert places(look("x.tar.gz", outer.getvalue())) == [("x.tar.gz!a.zip!b/c.json", "$.t", NUMBER)]
    for pack in (gzip.compress, bz2.compress, lzma.compress):
        ((file, _, _),) = places(look("x.log.gz", pack(NUMBER.encode())))
        assert file == "x.log.gz!x.log"


def zip_of(**members: bytes) -> bytes:
    """Return a zip archive of these members."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return sink.getvalue()


def test_a_bomb_is_named_and_what_follows_is_looked_at(look: Look) -> None:
    """One member that unpacks to a thousand times its size does not hide the next."""
    results = look("x.zip", zip_of(bomb=b"0" * (8 << 20), phone=NUMBER.encode()))
    assert missed(results) == [("x.zip!bomb", "too-large")]
    assert [place[0] for place in places(results)] == ["x.zip!phone"]


@pytest.mark.parametrize(
    ("limits", "where", "code"),
    [
        (Limits(unpacked=1000), "x.zip!a", "too-large"),
        (Limits(members=1), "x.zip!b", "too-large"),
        (Limits(depth=1), "x.zip!b", "too-deep"),
    ],
)
def test_the_limits_of_an_archive_hold(look: Look, limits: Limits, where: str, code: str) -> None:
    """Bytes, members and depth are counted over the whole nest."""
    data = zip_of(a=b"x" * 2000, b=zip_of(c=NUMBER.encode()))
    assert (where, code) in missed(look("x.zip", data, limits))


def test_a_member_that_breaks_off_is_looked_at_up_to_there(look: Look) -> None:
    """What came before the break is found, the break is named, and so is the next member of a zip."""
    lines = b"".join(b"%d\n" % (13800138000 + at * 7919) for at in range(20_000))
    results = look("x.log.gz", gzip.compress(lines)[:-20])
    assert len(places(results)) > 1000
    assert missed(results) == [("x.log.gz!x.log", "unreadable")]
    data = bytearray(zip_of(a=lines, b=NUMBER.encode()))
    data[2000:2040] = bytes(40)
    results = look("x.zip", bytes(data))
    assert missed(results) == [("x.zip!a", "unreadable")]
    assert places(results)[-1] == ("x.zip!b", "", NUMBER)


def test_members_without_content_are_counted_and_not_opened(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of them cost a look at the list alone; the limit of their number holds."""
    opened: list[str] = []
    real = zipfile.ZipFile.open

    def noted(archive: zipfile.ZipFile, item: zipfile.ZipInfo, **how: Any) -> IO[bytes]:
        opened.append(item.filename)
        return real(archive, item, **how)

    monkeypatch.setattr(zipfile.ZipFile, "open", noted)
    data = zip_of(**{f"f{at}": b"" for at in range(300)}, phone=NUMBER.encode())
    opened.clear()
    assert [place[0] for place in places(look("x.zip", data))] == ["x.zip!phone"]
    assert opened == ["phone"]
    assert missed(look("x.zip", data, Limits(members=200))) == [("x.zip", "too-large")]


def test_a_member_that_only_seems_to_hold_nothing_is_named_or_read(look: Look) -> None:
    """A size of nought over packed bytes, and a folder with content, hide nothing."""
    data = bytearray(zip_of(a=b"say " * 50 + NUMBER.encode() * 20 + bytes(range(256))))
    for mark, size in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        at = data.index(mark) + size
        data[at : at + 4] = bytes(4)
    assert missed(look("x.zip", bytes(data))) == [("x.zip!a", "unreadable")]
    assert places(look("y.zip", zip_of(**{"folder/": NUMBER.encode()}))) == [("y.zip!folder/", "", NUMBER)]


@pytest.mark.parametrize("data", [b"\0\1\2" * 50, b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a", b"\x89PNG\r\n"])
def test_what_nobody_reads_here_is_named(look: Look, data: bytes) -> None:
    """Pictures, programs and foreign archives are unscanned, not clean."""
    assert missed(look("x", data)) == [("x", "unknown-kind")]


def test_a_comment_on_the_line_lets_a_finding_be(look: Look) -> None:
    """For all kinds or for those it names, and on no other line."""
    marks = (" # shouxin:allow", " # shouxin:allow=email", " # shouxin:allow=email,mobile", "")
    data = "\n".join(NUMBER + mark for mark in marks)
    lines = [item.finding.start for item in look("a.py", data.encode()) if isinstance(item, Found)]
    assert len(lines) == 2


def test_fingerprints_are_keyed_and_follow_the_value(tmp_path: Path) -> None:
    """The same number in another writing has the same one, under another key another."""
    one, two = Search(eleven_digits, b"a" * 32), Search(eleven_digits, b"b" * 32)
    assert one.fingerprint("mobile", "138 0013-8000") == one.fingerprint("mobile", "１３８００１３８０００")
    assert one.fingerprint("mobile", NUMBER) != two.fingerprint("mobile", NUMBER)
    assert one.fingerprint("mobile", NUMBER) != one.fingerprint("qq", NUMBER)


def test_a_walk_has_one_order_and_names_what_it_cannot_enter(tmp_path: Path) -> None:
    """Links are not followed; patterns choose and leave out."""
    for name in ("b/x.log", "a/y.txt", "node_modules/z.txt", "c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path)
    names = [path.name for path in walk([tmp_path], exclude=["node_modules"]) if isinstance(path, Path)]
    assert names == ["y.txt", "x.log", "c.txt"]
    assert [path.name for path in walk([tmp_path], ["*.log"]) if isinstance(path, Path)] == ["x.log"]
    (gone,) = walk([tmp_path / "gone"])
    assert isinstance(gone, Missed)
    assert gone.unscanned.code == "unreadable"


@given(
    st.binary(max_size=2000),
    st.sampled_from(["a.json", "a.csv", "a.xml", "a.html", "a.txt", "a.jsonl", "a.docx"]),
)
def test_any_bytes_give_an_answer(data: bytes, name: str) -> None:
    """No file makes a reader raise (P10)."""
    read = list(files.opened(name, io.BytesIO(data), Budget(Limits())))
    assert all(piece is not None for piece in read)


@given(st.text(alphabet="a字１\U0001f600\n", max_size=60), st.integers(0, 60))
def test_the_windows_of_a_text_count_as_python_does(words: str, at: int) -> None:
    """The offsets of a number in any text are those of the decoded string."""
    text = words[:at] + " 13800138000 " + words[at:]
    pieces = list(files.opened("a", io.BytesIO(text.encode()), Budget(Limits())))
    found = list(Search(eleven_digits, b"k").pieces(iter(pieces), "a"))
    assert all(isinstance(piece, Text) for piece in pieces)
    assert [item.finding.start for item in found if isinstance(item, Found)] == [text.index("138")]
