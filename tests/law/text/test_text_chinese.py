"""Chinese statutes in the layouts people have them in."""

import pytest

from shouxin.errors import InputError
from shouxin.law.text import read_statutes
from tests.law.text.text_reading import assert_complete, eids

PLAIN = (
    "第一条 为了试验,制定本办法。\n第二条 依照第七条、第八条规定办理。\n第三条 本办法自2020年1月1日起施行。\n"
)
THREE = ["art_1", "art_2", "art_3"]


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.replace("\n", "\n\n"),
        PLAIN.replace("\n", "  "),
        PLAIN.replace("\n", " "),
        PLAIN.replace("\n", ""),
        PLAIN.replace("条 ", "条"),
        PLAIN.replace("条 ", "条\n"),
        PLAIN.replace("条 ", "条\u3000\u3000").replace("第一", "\u3000\u3000第一"),
        PLAIN.replace("条 ", "条\u00a0"),
        PLAIN.replace("第一条", "## 第一条").replace("第二条 依", "**第二条** 依"),
        PLAIN.replace("一", "1").replace("第二条 ", "第2条 ").replace("第三条", "第３条"),
    ],
)
def test_the_same_articles_are_found_in_every_layout(text: str) -> None:
    """Line ends, indents, gaps, Markdown and figures change nothing; a citation is no heading."""
    assert eids(text) == THREE


def test_a_wrapped_line_is_joined_without_a_blank() -> None:
    """A line that breaks inside a word goes on in the next, and so does an OCR blank."""
    (statute,) = read_statutes(
        "第一条 为了维护公共 利益,加强保护,\n信息处理应当合法。\n第二条 完。", where="x"
    )
    assert statute.units[0].text == "为了维护公共利益,加强保护,信息处理应当合法。"


def test_a_citation_at_the_start_of_a_line_is_no_heading() -> None:
    """Neither the next number before 规定 nor an earlier one begins an article."""
    text = "第六条 违反本法第五条、\n第七条规定的,处罚。\n第七条 甲。\n第五条规定的人员除外。\n第八条 乙。"
    assert eids(text) == ["art_6", "art_7", "art_7__para_1", "art_7__para_2", "art_8"]


def test_an_excerpt_begins_where_it_begins() -> None:
    """A text from article 3 on is not renumbered, and nothing is called missing before it."""
    (statute,) = read_statutes("第三条 甲。\n第四条 乙。\n", where="x")
    assert ([u.eid for u in statute.units], statute.missing) == (["art_3", "art_4"], ())


def test_a_missing_article_is_reported_and_not_renumbered() -> None:
    """The gap has a name."""
    (statute,) = read_statutes("第一条 甲。\n第二条 乙。\n第四条 丁。\n", where="x")
    assert ([u.eid for u in statute.units], statute.missing) == (["art_1", "art_2", "art_4"], ("art_3",))


def test_a_number_out_of_order_is_text_and_remarked() -> None:
    """A heading whose number does not fit stays as text, and the remark says so."""
    (statute,) = read_statutes("第一条 甲。\n第二条 乙。\n第九条 误。\n第三条 丙。\n第二条 又。", where="x")
    assert [u.eid for u in statute.units] == [
        "art_1", "art_2", "art_2__para_1", "art_2__para_2", "art_3", "art_3__para_1", "art_3__para_2",
    ]  # fmt: skip
    assert len(statute.remarks) == 2


@pytest.mark.parametrize(
    ("printed", "eid"),
    [
        ("第一百零九条", "art_109"),
        ("第一百一十条", "art_110"),
        ("第一百〇九条", "art_109"),
        ("第一千二百六十条", "art_1260"),
        ("第一〇二条", "art_102"),
        ("第 二十 条", "art_20"),
    ],
)
def test_large_and_old_numerals_are_read(printed: str, eid: str) -> None:
    """零, 〇, 百 and 千 count."""
    assert eids(f"{printed} 甲。") == [eid]


def test_inserted_articles_have_their_own_eid() -> None:
    """第十七条之一 follows 第十七条."""
    text = "第十七条 甲。\n第十七条之一 乙。\n第十七条之二 丙。\n第十八条 丁。"
    assert eids(text) == ["art_17", "art_17-1", "art_17-2", "art_18"]


def test_items_of_a_single_paragraph_hang_on_the_article() -> None:
    """Both widths of brackets, gaps or none."""
    assert eids("第一条 包括:（一）甲；（二）乙。\n第二条 完。") == [
        "art_1",
        "art_1__item_1",
        "art_1__item_2",
        "art_2",
    ]
    assert eids("第一条 包括:\n(一) 甲;\n(二)乙:\n1.子;\n2.丑。") == [
        "art_1", "art_1__item_1", "art_1__item_2", "art_1__item_2__point_1", "art_1__item_2__point_2",
    ]  # fmt: skip


def test_items_hang_on_their_paragraph_where_there_are_several() -> None:
    """A paragraph after the list makes the list that of the first paragraph."""
    assert eids("第一条 包括:\n(一)甲;\n(二)乙。\n前款规定从其规定。") == [
        "art_1", "art_1__para_1", "art_1__para_1__item_1", "art_1__para_1__item_2", "art_1__para_2",
    ]  # fmt: skip


def test_a_cited_item_is_no_item() -> None:
    """前款第(二)项 and a number that does not run on stay text."""
    assert eids("第一条 依照前款第(一)项、第(二)项办理;(三)项除外。") == ["art_1"]


def test_a_table_of_contents_is_no_structure() -> None:
    """The chapters count once; their letters may be spaced out."""
    contents = "目  录\n第一章 总  则\n第二章 附  则\n"
    text = f"试验法\n{contents}第一章 总  则\n第一条 甲。\n第二章 附  则\n第二条 乙。\n"
    (statute,) = read_statutes(text, where="x")
    assert [(u.eid, u.heading) for u in statute.units if u.kind == "chapter"] == [
        ("chp_1", "总则"),
        ("chp_2", "附则"),
    ]
    assert [a.kind for a in statute.asides] == ["title", "contents"]
    assert (statute.title, statute.articles) == ("试验法", 2)


def test_parts_and_sections_are_nested() -> None:
    """编, 章 and 节 nest; articles do not carry them in their eId."""
    text = "第一编 总则\n第一章 甲\n第一节 子\n第一条 一。\n第二编 分则\n第一章 乙\n第二条 二。"
    assert eids(text) == [
        "part_1",
        "part_1__chp_1",
        "part_1__chp_1__sec_1",
        "art_1",
        "part_2",
        "part_2__chp_1",
        "art_2",
    ]


def test_two_statutes_in_one_file_are_two() -> None:
    """A second article 1 begins another statute, with the title before it."""
    text = "甲管理办法\n第一条 甲。\n第二条 甲。\n乙管理规定\n第一章 总则\n第一条 乙。\n第二条 乙。\n"
    assert [(s.title, s.articles) for s in read_statutes(text, where="x")] == [
        ("甲管理办法", 2),
        ("乙管理规定", 2),
    ]


def test_opinions_have_sections_and_points() -> None:
    """Points keep their printed numbers; text before the first is the opening."""
    text = "关于试验的意见\n一、总体要求\n开头一段。\n(一)甲。一。\n(二)乙\n二。\n二、保障\n(三)丙。三。\n"
    assert eids(text) == [
        "sec_1",
        "sec_1__intro",
        "sec_1__point_1",
        "sec_1__point_2",
        "sec_2",
        "sec_2__point_3",
    ]


def test_an_order_is_set_aside_with_its_dates() -> None:
    """Order, signatures and dates are no units; the dates are read where the words say what they are."""
    text = (
        "某某办公室\n令\n第1号\n《试验办法》已经2020年1月2日某会议审议通过,现予公布,自2020年3月1日起施行。\n"
        "主任 某某\n2020年2月1日\n试验办法\n第一条 甲。\n第二条 乙。\n"
    )
    (statute,) = read_statutes(text, where="x")
    assert [a.kind for a in statute.asides] == ["promulgation", "signature", "title"]
    assert [str(d) for d in (statute.adopted, statute.promulgated, statute.effective)] == [
        "2020-01-02", "2020-02-01", "2020-03-01",
    ]  # fmt: skip


def test_words_that_nothing_explains_are_unplaced() -> None:
    """What is neither unit nor known matter is handed back, not dropped."""
    text = "奇怪的一行\n又一行\n试验办法\n第一条 甲。\n"
    statutes = read_statutes(text, where="x")
    assert_complete(text, statutes)
    assert statutes[0].unplaced == ("奇怪的一行", "又一行")


def test_slips_are_kept() -> None:
    """A misread character stays as it is printed."""
    (statute,) = read_statutes("第一条 办理人网手续。", where="x")
    assert statute.units[0].text == "办理人网手续。"


@pytest.mark.parametrize("text", ["今天天气很好。", "hello world", "(((((", "一、只有一点。", "的第一条路"])
def test_a_text_that_is_no_statute_is_refused(text: str) -> None:
    """There is one code for it, and the remedy says what a statute looks like."""
    with pytest.raises(InputError) as error:
        read_statutes(text, where="note.txt")
    assert error.value.code == "text-no-statute"
    assert "第一条" in str(error.value)


def test_too_many_statutes_are_refused() -> None:
    """A text that begins again and again is hostile or a mistake."""
    with pytest.raises(InputError) as error:
        read_statutes("第一条 甲。\n第二条 乙。\n" * 2001, where="x")
    assert error.value.code == "text-too-many-statutes"


@pytest.mark.parametrize(
    "text",
    [
        "第一条" * 100_000,
        "第一条\n" * 50_000,
        "(" * 1_000_000,
        "甲" * 1_600_000,
        "第一条 甲。" + "(一)" * 200_000,
    ],
)
def test_hostile_text_is_survived(text: str) -> None:
    """Repetition ends in a statute or in an InputError, without a search that runs away."""
    try:
        assert read_statutes(text, where="x")
    except InputError as error:
        assert error.code == "text-no-statute"


def test_a_compilation_is_cut_at_its_listing_blocks() -> None:
    """Title, category, day and month begin a text; what is no statute and what stands above is unplaced."""
    block = "规范性文件\n28\n2022-06\n"
    text = (
        f"某某网站\n\n试验办法\n\n{block}\n  第一条甲。  第二条乙。\n\n"
        f"别的文字\n\n{block}\n  没有条文。\n\n登记办法\n\n{block}\n"
        "  登记办法  第一条丙。\n\n1页,每页15条记录\n"
    )
    statutes = read_statutes(text, where="x")
    assert_complete(text, statutes)
    assert [(s.title, s.articles) for s in statutes] == [("试验办法", 2), ("登记办法", 1)]
    assert [len(s.unplaced) for s in statutes] == [0, 2]


def test_paragraphs_of_an_issuing_notice_are_units() -> None:
    """What a circular demands has an eId; its number, addressees and signatures are asides."""
    text = (
        "关于印发《试验办法》的通知\n某发〔2020〕1号\n各省:\n请认真贯彻。\n请及时报告。\n某某办公室\n2020年1月1日\n"
        "试验办法\n第一条 甲。\n附件:表\n"
    )
    (statute,) = read_statutes(text, where="x")
    assert_complete(text, (statute,))
    assert [u.eid for u in statute.units] == ["notice", "notice__para_1", "notice__para_2", "art_1"]
    assert [a.kind for a in statute.asides] == [
        "issuing_notice",
        "number",
        "addressees",
        "signature",
        "title",
        "annex",
    ]


def test_a_plain_notice_is_one_section() -> None:
    """A notice without numbers has its paragraphs under sec_1 and counts as one article."""
    text = "关于试验的通知\n各有关单位:\n近年来试验增多。\n不再试验。\n特此通知。\n某某办公室\n2020年1月1日\n"
    (statute,) = read_statutes(text, where="x")
    assert_complete(text, (statute,))
    assert ([u.eid for u in statute.units][:3], statute.articles) == (
        ["sec_1", "sec_1__para_1", "sec_1__para_2"],
        1,
    )
