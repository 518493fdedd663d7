"""Identifiers that are no run of letters and digits, and names in Latin letters behind a label."""

import pytest

from shouxin.detect import Scanner, scan


def found(text: str) -> list[tuple[str, str]]:
    """Return what is found with its kind."""
    return [(one.type, text[one.start : one.end]) for one in scan(text)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("39°54'26\"N 116°23'29\"E", "39°54'26\"N 116°23'29\"E"),
        ("位于北纬39°54′26.5″，东经116°23′29″附近", "北纬39°54′26.5″，东经116°23′29″"),
        ("东经116度23分，北纬39度54分。", "东经116度23分，北纬39度54分"),
        ("N 39°54.433' E 116°23.483'", "N 39°54.433' E 116°23.483'"),
        ("39.9042°N, 116.4074°E", "39.9042°N, 116.4074°E"),
        ("在北纬39度54分的地方", "北纬39度54分"),
    ],
)
def test_degrees_and_minutes_are_coordinates(text: str, place: str, engine: str) -> None:
    """Signs, characters, decimals, either order."""
    assert found(text) == [("coordinates", place)]


@pytest.mark.parametrize(
    "text",
    ["气温39°", "转角45°30'", "北纬30度线", "北纬91°30'", "38度5分", "东经116度、东经117度", "37.25°C"],
)
def test_other_degrees_are_no_place(text: str) -> None:
    """Temperatures, angles, a line on the map and degrees beyond the pole are left alone."""
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("气温39° 北纬39°54′", "北纬39°54′"),
        ("转角30°、40°；39.9042°N, 116.4074°E。", "39.9042°N, 116.4074°E"),
        ("纬" * 50 + "北纬39度54分", "北纬39度54分"),
        ("\udcff测\udcff" * 40 + "39.9042°N", "39.9042°N"),
    ],
)
def test_what_stands_before_a_place_hides_nothing(text: str, place: str, engine: str) -> None:
    """Degrees of something else, signs without number and broken bytes are passed over."""
    data = text.encode("utf-8", "surrogateescape")
    cut = [data[one.byte_start : one.byte_end].decode() for one in Scanner(["coordinates"]).scan(data)]
    assert cut == [place]


def test_every_place_of_a_row_is_found_at_its_bytes(engine: str) -> None:
    """Places that follow each other closely are read in one go and keep their own offsets."""
    text = "在39°54′N，116°23′E，后在北纬３０度１５分；" * 30
    expected = ["39°54′N，116°23′E", "北纬３０度１５分"] * 30
    data = text.encode()
    assert [data[one.byte_start : one.byte_end].decode() for one in scan(data)] == expected


def test_two_labels_announce_one_imei(engine: str) -> None:
    """A number behind two of its labels is one finding."""
    assert found("IMEI（串号）35-209900-176148-1") == [("imei", "35-209900-176148-1")]


def test_a_place_in_china_is_surer(engine: str) -> None:
    """A pair inside China scores higher than one elsewhere, and says why."""
    scanner = Scanner(["coordinates"])
    inside, outside = "39°54'26\"N 116°23'29\"E", "51°30'26\"N 0°07'39\"W"
    [here], [there] = scanner.scan(inside), scanner.scan(outside)
    assert scanner.explain(inside, here) == {"base": 0.3, "table": 0.35, "context": 0.3}
    assert scanner.explain(outside, there) == {"base": 0.3, "context": 0.3}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("IMEI 35-209900-176148-1", "35-209900-176148-1"),
        ("imei: 352099/00/176148/1", ""),
        ("串号：35-209900-176148-1", "35-209900-176148-1"),
        ("IMEI 35-209900-176148-2", ""),
        ("单号 35-209900-176148-1", ""),
    ],
)
def test_an_imei_in_its_parts_needs_its_label_and_its_digit(text: str, number: str, engine: str) -> None:
    """The parts are joined only behind the label, and where the check digit is right."""
    assert [value for kind, value in found(text) if kind == "imei"] == ([number] if number else [])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("姓名: Zhang San", "Zhang San"),
        ("Name: Li Wei", "Li Wei"),
        ("乘客：ZHANG/SAN", "ZHANG/SAN"),
        ("联系人: Mary Jane Watson, tel 1", "Mary Jane Watson"),
        ('{"full_name": "John O\'Neil"}', "John O'Neil"),
        ("name=Guo Jinglong&x=1", "Guo Jinglong"),
    ],
)
def test_a_label_speaks_for_a_name_in_latin_letters(text: str, name: str, engine: str) -> None:
    """Behind a label of names words with capitals are a name, and it says why."""
    assert ("person_name", name) in found(text)
    scanner = Scanner(["person_name"])
    [one] = scanner.scan(text)
    assert sum(scanner.explain(text, one).values()) == pytest.approx(one.score)


@pytest.mark.parametrize(
    "text",
    ["name: nginx", "Name: Windows Server", "Name: Product Alpha", "Zhang San", "name: Main", "姓名: String"],
)
def test_what_is_called_name_is_not_always_a_person(text: str) -> None:
    """Machines, goods, single words and names without a label are left alone."""
    assert found(text) == []


def test_a_long_word_behind_a_name_takes_no_time() -> None:
    """A thousand syllables are given up at once."""
    assert found("Name: " + "Ia" * 1000 + " " + "Ia" * 1000) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("初始密码123456", "123456"),
        ("默认密码123456，请尽快修改", "123456"),
        ("WiFi密码Abc12345!请勿外传", "Abc12345!"),
        ("口令8hj2kQ9z.", "8hj2kQ9z"),
        ("密码是Tr0ub4dor", "Tr0ub4dor"),
        ("密码为123456", "123456"),
        ("密码已改，密码改为Abc123", "Abc123"),
        ("请将密码修改为 Abc12345", "Abc12345"),
        ("密码重置为888888", "888888"),
        ("密码设置为qwe!2345", "qwe!2345"),
    ],
)
def test_a_password_needs_no_colon(text: str, value: str, engine: str) -> None:
    """Right behind its word, or behind 是, 为 and the verbs that set one."""
    assert [cut for kind, cut in found(text) if kind == "password"] == [value]


@pytest.mark.parametrize(
    "text",
    [
        *("密码不正确", "密码长度8位", "密码错误3次", "密码8位", "密码123456位", "密码100000次尝试"),
        *("密码SHA256", "密码SHA-256加密", "密码MD5加密存储", "密码password", "密码学2023年会议", "口令红包"),
        *(
            "密码是必填项",
            "密码为空",
            "密码改为必填",
            "重置密码2026-01-02T10:00",
            "密码1234",
            "密码强度99.99999%",
        ),
    ],
)
def test_what_is_said_about_passwords_is_none(text: str, engine: str) -> None:
    """Lengths, counts, methods and rules."""
    assert [kind for kind, _ in found(text) if kind == "password"] == []
